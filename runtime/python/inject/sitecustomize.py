"""Starts Loopscope's recorder in a Python process that has this folder on its PYTHONPATH.

Then runs the `sitecustomize` that the interpreter would have found without this folder, if there is one.
"""

import os
import sys


def _start():
    here = os.path.dirname(os.path.abspath(__file__))
    home = os.path.dirname(here)
    leave = False
    sys.path.insert(0, home)
    try:
        from loopscope import _inject

        leave = _inject.start()
    except Exception as error:  # the program runs, come what may
        sys.stderr.write(f"loopscope: recording did not start: {type(error).__name__}: {error}; the program goes on.\n")
    finally:
        sys.path.remove(home)
    _chain(here, leave)


def _chain(here, leave):
    whole = list(sys.path)
    without = [entry for entry in whole if os.path.abspath(entry or ".") != here]
    module = sys.modules.pop("sitecustomize", None)
    sys.path[:] = without
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        if module is not None:
            sys.modules["sitecustomize"] = module
    finally:
        if not leave and sys.path == without:
            sys.path[:] = whole


_start()
