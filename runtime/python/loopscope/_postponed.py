"""What a signal's handler raises while a loop that starts is told of, until the loop is inside its `try`.

uvloop's `run_forever`, and from 3.13 on asyncio's, say that they run before the `try` that takes it back: an exception
there, where without the recorder is one call of C's, would leave a loop that runs for ever. So the queue, which every
loop asks for its truth or its length first of all, raises it then. It is the same where a loop of uvloop's stops, which
says so before it takes back the rest: then the queue raises as the loop runs next, as `asyncio.run` has it do.
"""

from typing import Any, Dict, NoReturn

_raising: Dict[type, type] = {}  # by the queue's own class


def postpone(queue: Any, error: BaseException, starts: bool) -> None:
    if starts and not queue.thread:
        queue.start()
    elif not starts:
        queue.stop()
    queue.postponed = error
    own = type(queue)
    if own not in _raising:
        _raising[own] = _raising_class(own)
    queue.__class__ = _raising[own]


def _raising_class(own: Any) -> type:
    def happens(queue: Any) -> NoReturn:
        queue.__class__ = own
        error, queue.postponed = queue.postponed, None
        raise error

    return type(own.__name__, (own,), {"__slots__": (), "__bool__": happens, "__len__": happens})
