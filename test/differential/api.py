"""Prints asyncio's public API as JSON: each function, class, method and constant, with its parameters.

`npm run differential:record` writes api.json with it, by CPython 3.13; what this port has of it is in api.md.
"""

import asyncio
import inspect
import json
import subprocess

#: What a class has of its own to tell, besides methods: it can be used in a statement, or looped over.
PROTOCOLS = ("__aenter__", "__enter__", "__aiter__", "__iter__")
#: Told by another name: one loop stands for all of CPython's.
NAMES = {"EventLoop": "loop"}
SAME = ("AbstractEventLoop", "BaseEventLoop", "SelectorEventLoop", "AbstractServer")
#: Not in `asyncio.__all__`, and documented.
MORE = {"Server": asyncio.Server, "subprocess.Process": asyncio.subprocess.Process}
MORE |= {f"subprocess.{name}": getattr(asyncio.subprocess, name) for name in ("PIPE", "STDOUT", "DEVNULL")}
#: Programs do not make them.
MADE_BY_THE_LOOP = ("EventLoop", "Server", "subprocess.Process", "Handle", "TimerHandle")
#: Deprecated as a whole: their methods need no rows.
WHOLE = ("Watcher", "Policy")
#: What the keywords of a process are: those of `subprocess.Popen`.
SPAWNS = ("create_subprocess_exec", "create_subprocess_shell", "loop.subprocess_exec", "loop.subprocess_shell")
#: What the streams' functions hand on to the loop's.
HANDED_ON = {
    "open_connection": "create_connection",
    "open_unix_connection": "create_unix_connection",
    "start_server": "create_server",
    "start_unix_server": "create_unix_server",
}


def parameters(function):
    """Names; `*name` takes any number. A method's own first one is left out."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    told = []
    for name, parameter in signature.parameters.items():
        if name not in ("self", "cls") and not name.startswith("_"):
            told.append(f"*{name}" if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) else name)
    return told


def members(owner):
    for name in sorted(dir(owner)):
        value = inspect.getattr_static(owner, name)
        inherited = any(name in vars(base) for base in (object, BaseException, Exception, OSError, EOFError))
        if inherited or (name.startswith("_") and name not in PROTOCOLS):
            continue
        plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        yield name, parameters(plain) if callable(plain) else []


def with_keywords(name, told):
    """The parameters, with those that `**kwds` hands on."""
    if name in SPAWNS:
        more = parameters(subprocess.Popen)[1:]
    elif name in HANDED_ON:
        more = parameters(getattr(asyncio.EventLoop, HANDED_ON[name]))[1:]
    else:
        return told
    told = [each for each in told if each not in ("*kwds", "*kwargs")]
    return told + [each for each in more if each not in told]


def api():
    things = {name: getattr(asyncio, name) for name in asyncio.__all__ if hasattr(asyncio, name)} | MORE
    for name, thing in sorted(things.items()):
        shown = NAMES.get(name, name)
        if name.startswith("_") or name in SAME:
            continue
        if not inspect.isclass(thing):
            yield shown, with_keywords(shown, parameters(thing) if callable(thing) else [])
            continue
        made = not issubclass(thing, BaseException) and "Transport" not in name and name not in MADE_BY_THE_LOOP
        yield shown, parameters(thing) if made else []
        if not name.endswith(WHOLE):
            for member, names in members(thing):
                yield f"{shown}.{member}", with_keywords(f"{shown}.{member}", names)


print(json.dumps([[name, *names] for name, names in api()]).replace("], [", "],\n["))
