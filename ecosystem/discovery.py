"""Finding learners, policies, meters and domains: one file with one class, by its folder."""

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType
from typing import Any


def discover(package: ModuleType, base: type) -> dict[str, Any]:
    """Every class of a package's files that derives from `base` and has a `kind` of its own.

    Returns:
        The classes by `kind`, sorted by it.

    Raises:
        ValueError: two classes of one kind.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        members = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        for member in members.values():
            if not (isinstance(member, type) and issubclass(member, base)):
                continue
            kind = getattr(member, "kind", "")
            if not kind or member.__module__ != f"{package.__name__}.{module.name}":
                continue
            if kind in found:
                raise ValueError(f"{package.__name__}: two classes of kind {kind!r}")
            found[kind] = member
    return dict(sorted(found.items()))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: '; did you mean X?' or the names allowed."""
    names = sorted(known)
    close = difflib.get_close_matches(str(word), names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"allowed: {', '.join(names[:30])}"
