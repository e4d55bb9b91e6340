import asyncio


class Terminal:
    def __init__(self):
        self.killed = []

    async def run(self, command, seconds):
        lines = []
        for step in range(int(seconds / 0.05)):
            await asyncio.sleep(0.05)
            lines.append(f"{command} {step}")
        return lines


class TerminalTool:
    def __init__(self, terminal):
        self._terminal = terminal

    async def execute(self, command, seconds):
        try:
            lines = await self._terminal.run(command, seconds)
        except asyncio.CancelledError:
            self._terminal.killed.append(command)
            return {"status": "cancelled", "output": ""}
        return {"status": "ok", "output": lines[-1]}


class Model:
    """Answers with the next tool call, or None when it has nothing left to do."""

    def __init__(self, plan):
        self._plan = list(plan)
        self.requests = 0

    async def next_call(self, history):
        self.requests += 1
        await asyncio.sleep(0.06)
        return self._plan[len(history)] if len(history) < len(self._plan) else None


class Agent:
    def __init__(self, model, tool):
        self._model = model
        self._tool = tool
        self.history = []

    async def turn(self):
        while True:
            call = await self._model.next_call(self.history)
            if call is None:
                return "done"
            result = await self._tool.execute(*call)
            self.history.append((call[0], result["status"]))


async def status_line(agent):
    while True:
        await asyncio.sleep(0.15)
        print("steps so far:", len(agent.history), flush=True)


async def main():
    terminal = Terminal()
    model = Model([("ls", 0.05), ("make test", 1.0), ("git commit", 0.2), ("git push", 0.2)])
    agent = Agent(model, TerminalTool(terminal))
    status = asyncio.create_task(status_line(agent), name="status-line")
    turn = asyncio.create_task(agent.turn(), name="agent-turn")
    await asyncio.sleep(0.4)
    print("user pressed Ctrl-C")
    turn.cancel()
    await asyncio.wait({turn})
    status.cancel()
    await asyncio.wait({status})
    print("killed:", terminal.killed, "turn cancelled:", turn.cancelled())
    print("history:", agent.history, "requests:", model.requests)


asyncio.run(main())
