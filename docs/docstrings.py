"""What the code says of itself: sections of docstrings, attributes of classes, random draws."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

HEADING = re.compile(r"^(Args|Attributes|Returns|Raises):$")
ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*): (.+)$")


@dataclass(frozen=True)
class Variable:
    """One attribute of an entity; `given` where it is handed over when the entity is made."""

    name: str
    given: bool
    text: str


def sections(thing: Any) -> dict[str, str]:
    """A docstring (Google style) by heading; what stands before the first one under ''."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    own = vars(thing).get("__doc__") if isinstance(thing, type) else thing.__doc__  # not inherited
    for line in inspect.cleandoc(own or "").splitlines():
        if match := HEADING.match(line):
            heading = match[1]
        found.setdefault(heading, []).append("" if HEADING.match(line) else line)
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}


def summary(thing: Any) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def entries(section: str) -> dict[str, str]:
    """Name and text of each entry of a section; several names may share one text."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if match := ENTRY.match(line):
            names = match[1].split(", ")
            found |= dict.fromkeys(names, match[2])
        else:
            found |= {name: f"{found[name]} {line.strip()}" for name in names if line.strip()}
    return found


def described(cls: type) -> dict[str, str]:
    """What a class says of its attributes: under Attributes, or Args where it keeps them."""
    said = sections(cls)
    return entries(said.get("Args", "")) | entries(said.get("Attributes", ""))


def kept(cls: type) -> dict[str, bool]:
    """Public attributes that a class itself makes; whether each is a value given to it."""
    if is_dataclass(cls):
        return {field.name: field.init for field in fields(cls)}
    if "__init__" not in vars(cls):
        return {}
    made = ast.parse(textwrap.dedent(inspect.getsource(vars(cls)["__init__"])))
    given = {node.arg for node in ast.walk(made) if isinstance(node, ast.arg)}
    names = [
        node.attr
        for node in ast.walk(made)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and not node.attr.startswith("_")
    ]
    return {name: name in given for name in names}


def variables(cls: type) -> list[Variable]:
    """The state variables of a class, in the order in which it makes them.

    Raises:
        ValueError: one that neither the class nor a class it derives from describes.
    """
    known = {name: text for base in reversed(cls.__mro__) for name, text in described(base).items()}
    own = kept(cls) or dict.fromkeys(described(cls), True)
    if missing := sorted(set(own) - set(known)):
        raise ValueError(f"{cls.__name__}: its docstring does not describe {', '.join(missing)}")
    return [Variable(name, given, known[name]) for name, given in own.items()]


def draws(packages: list[Path]) -> Iterator[tuple[str, str]]:
    """Decision and place of every random stream asked for in the code."""
    places = [(file, package.parent) for package in packages for file in package.rglob("*.py")]
    for path, root in sorted(places):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if call.func.attr not in ("stream", "_stream") or not call.args:
                continue
            if decision := _word(call.args[0]):
                yield decision, path.relative_to(root).as_posix()


def _word(node: ast.expr) -> str:
    """A text as written, with ... for what is put into it; '' for anything else."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _word(part) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    return ""
