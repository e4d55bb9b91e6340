"""Starts Loopscope's recorder in a Python process that has this folder on its PYTHONPATH.

Then runs the `sitecustomize` that the interpreter would have found without this folder, if there is one. A terminal in
which programs are recorded runs older Pythons too: this file alone is written so that they can read it.
"""

import os
import sys


def _start():
    here = os.path.dirname(os.path.abspath(__file__))
    home = os.path.dirname(here)
    if sys.version_info < (3, 8):  # noqa: UP036
        if os.environ.get("LOOPSCOPE", "0") not in ("", "0"):
            sys.stderr.write("loopscope: recording needs Python 3.8 or newer; the program goes on.\n")
        return _chain(here, False)
    leave = False
    sys.path.insert(0, home)
    try:
        from loopscope import _inject

        leave = _inject.start()
    except Exception as error:  # the program runs, come what may
        name = type(error).__name__
        sys.stderr.write("loopscope: recording did not start: {}: {}; the program goes on.\n".format(name, error))  # noqa: UP032
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
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        if module is not None:
            sys.modules["sitecustomize"] = module
    finally:
        if not leave and sys.path == without:
            sys.path[:] = whole


_start()
