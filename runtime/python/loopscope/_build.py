"""`python -m loopscope build-accelerator`: compile `accelerator/` for the interpreter that runs this.

An installed wheel brings the result. This is for the recorder as it lies in a folder: in the repository, in the
extension. Nothing else ever compiles.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from typing import List, Optional

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_SOURCES = os.path.join(_FOLDER, "accelerator")


class CannotBuild(Exception):
    """The text says why."""


def command(arguments: List[str]) -> int:
    """0 = built, or up to date; 1 = it cannot be built here; 2 = bad use."""
    if arguments not in ([], ["--force"]):
        sys.stderr.write("usage: python -m loopscope build-accelerator [--force]\n")
        return 2
    try:
        path = target()
        if not arguments and _up_to_date(path):
            print(f"The accelerator is up to date: {path}")
            return 0
        build(path)
    except CannotBuild as error:
        sys.stderr.write(f"loopscope: the accelerator cannot be built: {error}. The recorder does without it.\n")
        return 1
    print(f"Built the accelerator: {path}")
    return 0


def target() -> str:
    """The file that this interpreter imports as `loopscope._accelerate`."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    if sys.implementation.name != "cpython" or not suffix:
        raise CannotBuild("it is for CPython")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise CannotBuild("it needs an interpreter with the GIL")
    return os.path.join(_FOLDER, f"_accelerate{suffix}")


def build(path: str) -> None:
    """Compile to a file beside, try it in a fresh interpreter, and only then put it in place."""
    if os.name == "nt":
        raise CannotBuild("on Windows it comes with the wheel alone (`pip install` of this package's folder)")
    if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
        raise CannotBuild("Python.h is missing (Debian: apt install python3-dev)")
    with tempfile.TemporaryDirectory() as folder:
        built = os.path.join(folder, os.path.basename(path))
        _run(_compiler() + _files(".c") + ["-o", built], "the compiler failed")
        _run([sys.executable, "-c", "import _accelerate"], "what was built cannot be imported", folder)
        _put(built, path)


def _put(built: str, path: str) -> None:
    beside = f"{path}.{os.getpid()}"
    try:
        with open(built, "rb") as source, open(beside, "wb") as copy:
            copy.write(source.read())
        os.replace(beside, path)
    except OSError as error:
        raise CannotBuild(f"{error.strerror}: {path}") from None


def _compiler() -> List[str]:
    configured = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    shared = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    return [*configured, "-O2", "-DNDEBUG", "-fPIC", "-std=c11", *shared, f"-I{sysconfig.get_path('include')}"]


def _run(arguments: List[str], failure: str, path: Optional[str] = None) -> None:
    env = dict(os.environ) if path is None else dict(os.environ, PYTHONPATH=path)
    try:
        done = subprocess.run(arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    except OSError as error:
        raise CannotBuild(f"{arguments[0]}: {error.strerror}") from None
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise CannotBuild(failure)


def _files(*extensions: str) -> List[str]:
    try:
        names = sorted(os.listdir(_SOURCES))
    except OSError:
        raise CannotBuild("its sources are not here") from None
    return [os.path.join(_SOURCES, name) for name in names if name.endswith(extensions)]


def _up_to_date(path: str) -> bool:
    return os.path.exists(path) and all(os.path.getmtime(file) <= os.path.getmtime(path) for file in _files(".c", ".h"))
