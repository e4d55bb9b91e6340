import asyncio
import inspect


class AuditTrail:
    """Tells the ledger who handed a conversation over to whom."""

    def __init__(self):
        self.entries = []

    async def __call__(self, conversation, target):
        await asyncio.sleep(0.01)
        self.entries.append((conversation.name, target))


def count_handoff(conversation, target):
    conversation.handoffs += 1


async def warm_up(conversation, target):
    await asyncio.sleep(0.01)
    conversation.ready.add(target)


class Handoff:
    def __init__(self, target, hooks):
        self.target = target
        self.hooks = hooks

    async def _notify(self, conversation):
        for hook in self.hooks:
            result = hook(conversation, self.target)
            if inspect.isawaitable(result):
                await result

    async def invoke(self, conversation):
        await self._notify(conversation)
        conversation.agent = self.target
        return conversation.agent


class Conversation:
    def __init__(self, name):
        self.name = name
        self.agent = "triage"
        self.handoffs = 0
        self.ready = set()

    async def run(self, route):
        for handoff in route:
            await asyncio.sleep(0.05)
            await handoff.invoke(self)
        return self.agent


async def type_indicator(beats):
    while True:
        await asyncio.sleep(0.05)
        beats.append("...")


async def main():
    trail, beats = AuditTrail(), []
    hooks = [count_handoff, warm_up, trail]
    route = [Handoff(target, hooks) for target in ("billing", "refunds", "supervisor")]
    indicator = asyncio.create_task(type_indicator(beats), name="typing-indicator")
    conversations = [Conversation("ann"), Conversation("bob")]
    runs = [asyncio.create_task(each.run(route), name=f"conversation-{each.name}") for each in conversations]
    print("now with:", await asyncio.gather(*runs))
    await asyncio.sleep(0.3)
    indicator.cancel()
    await asyncio.gather(indicator, return_exceptions=True)
    print("handoffs:", sum(each.handoffs for each in conversations), "ready:", sorted(conversations[0].ready))
    print("audit entries:", len(trail.entries))


asyncio.run(main())
