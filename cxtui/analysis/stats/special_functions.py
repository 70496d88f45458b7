"""The special functions of SciPy, without the rest of `scipy.special`, which loads slowly."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import get_ident
from types import ModuleType
from typing import Any

_PACKAGE = "scipy.special"
_COMPILED = "scipy.special._ufuncs"
_USED = ("chdtrc", "fdtrc", "gammainc", "ndtr", "ndtri", "stdtr", "stdtrit")


@cache
def special_functions() -> Any:
    """Return the module that holds SciPy's compiled special functions.

    They take some 10 ms to load. The package around them takes 300 ms, since it prepares for the
    arrays of other libraries; it is loaded only where the functions are elsewhere in SciPy.
    """
    return _compiled() or import_module(_PACKAGE)


def are_loaded() -> bool:
    """Return whether `special_functions` will not have to load anything."""
    return _COMPILED in sys.modules


def _compiled() -> ModuleType | None:
    if _PACKAGE not in sys.modules:
        finder = _CompiledAlone(get_ident())
        sys.meta_path.insert(0, finder)
        try:
            with suppress(ImportError):  # always raised: the package itself is not kept
                import_module(_PACKAGE)
        finally:
            sys.meta_path.remove(finder)
    found = sys.modules.get(_COMPILED)
    return found if found and all(hasattr(found, name) for name in _USED) else None


class _CompiledAlone(MetaPathFinder, Loader):
    """Loads the compiled functions in place of their package, in one thread.

    While they load, Python holds its lock for the package, so that other threads that import it
    wait, and get it whole.
    """

    def __init__(self, thread: int) -> None:
        self._thread = thread

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a specification with this loader for the package, if this thread asks."""
        if name != _PACKAGE or get_ident() != self._thread:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Load the functions, then raise `ImportError`, so that Python drops the empty package."""
        import_module(_COMPILED)
        raise ImportError(_PACKAGE)
