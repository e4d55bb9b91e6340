import asyncio


class GitHub:
    def __init__(self):
        self.requests = {}

    async def events(self, repository, etag):
        await asyncio.sleep(0.01)
        self.requests[repository] = self.requests.get(repository, 0) + 1
        if etag % 3 == 2:
            return etag + 1, [f"{repository}: push {etag}"]
        return etag + 1, []


class EventsNamespace:
    def __init__(self, github, poll_interval):
        self.github = github
        self.poll_interval = poll_interval
        self._subscriptions = {}
        self._tasks = {}

    def subscribe(self, repository, callback):
        """Polls the events of a repository; the first request waits for the burst of setup to end."""
        loop = asyncio.get_running_loop()
        subscription = f"{repository}#{len(self._subscriptions) + 1}"
        self._subscriptions[subscription] = loop.call_later(
            0.03, self._start_polling, subscription, repository, callback
        )
        return subscription

    def _start_polling(self, subscription, repository, callback):
        task = asyncio.get_running_loop().create_task(self._poll(repository, callback), name=f"poll-{repository}")
        self._tasks[subscription] = task

    async def _poll(self, repository, callback):
        etag = 0
        while True:
            etag, events = await self.github.events(repository, etag)
            for event in events:
                callback(event)
            await asyncio.sleep(self.poll_interval)

    def unsubscribe(self, subscription):
        self._subscriptions.pop(subscription).cancel()
        task = self._tasks.pop(subscription, None)
        if task is not None:
            task.cancel()


class Dashboard:
    def __init__(self, events):
        self.events = events
        self.feed = []

    async def show(self, repositories, seconds):
        subscriptions = [self.events.subscribe(name, self.feed.append) for name in repositories]
        await asyncio.sleep(seconds)
        for subscription in subscriptions:
            self.events.unsubscribe(subscription)
        return len(self.feed)


async def main():
    github = GitHub()
    dashboard = Dashboard(EventsNamespace(github, poll_interval=0.04))
    repositories = ["core", "frontend", "supervisor", "cli"]
    view = asyncio.create_task(dashboard.show(repositories, 0.5), name="dashboard-view")
    shown = await view
    before = sum(github.requests.values())
    await asyncio.sleep(0.8)
    print("events shown:", shown > 4)
    print("requests after the view was closed:", sum(github.requests.values()) > before + 4)


asyncio.run(main())
