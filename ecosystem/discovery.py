"""Finding learners, policies, meters and domains: one file with one class, by its folder."""

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from types import ModuleType
from typing import Any, ClassVar, get_origin


def discover(package: ModuleType, base: type) -> dict[str, Any]:
    """Every class of a package's files that derives from `base` and has a `kind` of its own.

    A class with an abstract method left is a base for others, and needs no kind.

    Returns:
        The classes by `kind`, sorted by it.

    Raises:
        ValueError: a file that cannot be imported, or whose classes have no kind; a class that
            lacks what it must have; two classes of one kind.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{module.name}"
        own = [one for one in vars(_imported(name)).values() if _own(one, base, name)]
        kinds = [one for one in own if getattr(one, "kind", "")]
        nameless = [one.__name__ for one in own if not inspect.isabstract(one)]
        if nameless and not kinds:
            raise ValueError(
                f"{_file(name)}: given the class {nameless[0]} without a kind; allowed one with "
                f'kind = "{module.name}" or another word'
            )
        for member in kinds:
            missing = _missing(member, base)
            if missing:
                raise ValueError(
                    f"{_file(name)}: given the class {member.__name__} without "
                    f"{', '.join(missing)}; allowed one that has what {base.__name__} asks for"
                )
            if member.kind in found:
                raise ValueError(
                    f"{_file(name)}: given the class {member.__name__} of kind {member.kind!r}, "
                    f"which {found[member.kind].__name__} in "
                    f"{_file(found[member.kind].__module__)} has; allowed another word"
                )
            found[member.kind] = member
    return dict(sorted(found.items()))


def _imported(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except Exception as error:
        raise ValueError(
            f"{_file(module)}: given what cannot be imported ({type(error).__name__}: {error}); "
            "allowed a Python file with one class"
        ) from error


def _own(member: Any, base: type, module: str) -> bool:
    """Whether it is a class of that base, other than it, that a module defines."""
    known = isinstance(member, type) and issubclass(member, base)
    return known and member is not base and member.__module__ == module


def _missing(member: type, base: type) -> list[str]:
    """Abstract methods, and class attributes that the base only declares, that a class lacks."""
    methods = sorted(getattr(member, "__abstractmethods__", ()))
    declared = [
        name
        for name, kind in vars(base).get("__annotations__", {}).items()
        if get_origin(kind) is ClassVar
    ]
    return [*methods, *(name for name in declared if not hasattr(member, name))]


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: '; did you mean X?' or the names allowed."""
    names = sorted(known)
    close = difflib.get_close_matches(str(word), names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"allowed: {', '.join(names[:30])}"
