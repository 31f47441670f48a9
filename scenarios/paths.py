"""Reaching a field of a scenario by its path: `models.*.decoding.temperature=0.8`."""

import tomllib
from typing import Any

from ecosystem.discovery import nearest
from scenarios.complaints import ScenarioError


def assign(tree: dict[str, Any], path: str, value: Any) -> None:
    """Set the field at a dotted path in plain data.

    A list is entered by position, by the name of a member (of a policy its kind), or by * for all
    of them; tables on
    the way that are not there yet are made. A table given another `kind` loses its other fields,
    which belong to the former kind.
    """
    steps = path.split(".")
    if not all(steps):
        raise ScenarioError(f"set: given {path!r}, allowed a path such as models.*.every")
    _assign([tree], steps, value, path)


def _assign(nodes: list[Any], steps: list[str], value: Any, path: str) -> None:
    *way, last = steps
    for step in way:
        nodes = [child for node in nodes for child in _enter(node, step, path)]
    for node in nodes:
        if isinstance(node, dict):
            if last == "kind" and "name" not in node and node.get(last) not in (None, value):
                node.clear()  # what was set belongs to another kind
            node[last] = value
        elif isinstance(node, list):
            for i in _positions(node, last, path):
                node[i] = value
        else:
            raise ScenarioError(f"set {path}: {last!r} is inside a plain value")


def _enter(node: Any, step: str, path: str) -> list[Any]:
    if isinstance(node, list):
        return [node[i] for i in _positions(node, step, path)]
    if not isinstance(node, dict):
        raise ScenarioError(f"set {path}: {step!r} is inside a plain value")
    if step == "*":
        return list(node.values())
    if not isinstance(node.get(step), dict | list):
        node[step] = {}
    return [node[step]]


def _positions(node: list[Any], step: str, path: str) -> list[int]:
    if step == "*":
        return list(range(len(node)))
    names = [m.get("name", m.get("kind", "")) if isinstance(m, dict) else "" for m in node]
    if step in names:
        return [i for i, name in enumerate(names) if name == step]
    if step.isdigit() and int(step) < len(node):
        return [int(step)]
    if not node:
        raise ScenarioError(f"set {path}: given {step!r}, where there is none at all")
    known = [name for name in names if name] or [f"0 to {len(node) - 1}"]
    raise ScenarioError(f"set {path}: no member {step!r}; {nearest(step, known)}")


def overlap(one: str, other: str) -> bool:
    """Whether two paths may reach the same field, or one a field inside the other's.

    A position in a list may be that of any name.
    """
    return all(
        "*" in both or len(both) == 1 or sum(step.isdigit() for step in both) == 1
        for both in map(set, zip(one.split("."), other.split("."), strict=False))
    )


def parse_setting(text: str) -> tuple[str, Any]:
    """`PATH=VALUE`, the value as TOML would read it, or as a word."""
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise ScenarioError(f"set: given {text!r}, allowed PATH=VALUE")
    return path.strip(), parse_value(value.strip())


def parse_value(text: str) -> Any:
    """A TOML value; what is none is taken as a word."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def parse_policy(text: str) -> dict[str, Any]:
    """`NAME[:KEY=VALUE,...]` as the data of a policy."""
    kind, _, rest = text.partition(":")
    policy: dict[str, Any] = {"kind": kind.strip()}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise ScenarioError(f"policy: given {part!r}, allowed KEY=VALUE")
        if (field := key.strip()) in policy:
            raise ScenarioError(f"policy: given {field} twice for {kind.strip()}, allowed once")
        policy[field] = parse_value(value.strip())
    return policy
