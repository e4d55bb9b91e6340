"""Subinterpreters: they are not recorded, and the trace of the main interpreter says that there are some.

A recorder in each would need a thread in each, and up to 3.12 an interpreter that ends while a thread of it lives ends
the process.
"""

import sys
from typing import Any

NOT_RECORDED = "subinterpreters: what runs in them"
_MODULES = ("_interpreters", "_xxsubinterpreters")  # 3.13 and newer; before


def is_subinterpreter() -> bool:
    """Whether this is one. Leaves no import behind."""
    for name in _MODULES:
        known = name in sys.modules
        try:
            module: Any = __import__(name)
            return bool(module.get_current() != module.get_main())
        except (ImportError, AttributeError):  # another Python, or built without
            continue
        finally:
            if not known:
                sys.modules.pop(name, None)
    return False


def are_there_others() -> bool:
    """Whether the program has made one that lives; costs a look-up where it has not imported what makes them."""
    module: Any = sys.modules.get(_MODULES[0]) or sys.modules.get(_MODULES[1])
    return hasattr(module, "list_all") and len(module.list_all()) > 1
