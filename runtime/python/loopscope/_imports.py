"""Doing something as soon as the program has imported a module, without importing it for that."""

import sys
from typing import Any, Callable


def when_imported(name: str, then: Callable[[], None]) -> None:
    """Call `then` when the module is complete; not if it is there already."""
    sys.meta_path.insert(0, _Watch(name, then))  # type: ignore[arg-type]


class _Watch:
    """A finder that finds nothing itself: it has the import call back when the module has run, and goes away."""

    def __init__(self, name: str, then: Callable[[], None]) -> None:
        self._name = name
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._name:
            return None
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]  # type: ignore[comparison-overlap]
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if hasattr(finder, "find_spec") else None
            if spec is not None:
                break
        else:
            return None
        plain = getattr(spec.loader, "exec_module", None)
        if plain is not None:
            loader: Any = spec.loader

            def exec_module(module: Any) -> None:
                del loader.exec_module  # the instance's, back to the class's
                plain(module)
                self._then()

            loader.exec_module = exec_module
        return spec
