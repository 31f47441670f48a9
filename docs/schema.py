"""A scenario's JSON schema as people read it: classes of settings, ranges and defaults in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
POLICIES = "policies.*"
BY_DOMAIN = "`{by_domain = {DOMAIN = one of these, ...}}`"
NOTHING: tuple[tuple[Any, str], ...] = (
    (None, "not given"),
    ("", "empty text"),
    ([], "empty list"),
    ({}, "empty table"),
)


@dataclass
class Part:
    """One class of settings.

    Attributes:
        title: the name of the class.
        paths: where such settings stand in a scenario.
        text: what the class says of itself.
        fields: JSON schema of each parameter.
        required: those that have no default.
        kind: the word by which a scenario chooses this class among others, '' where it has none.
        definitions: the schema's shared definitions.
    """

    title: str
    paths: list[str]
    text: str
    fields: dict[str, Schema]
    required: list[str]
    kind: str
    definitions: dict[str, Schema]


def parts(root: Schema, policy: Schema) -> list[Part]:
    """Every class of settings that a scenario can hold, in the order in which it names them.

    Args:
        root: the scenario's schema.
        policy: the schema of what all policies share, said once.
    """
    definitions = root["$defs"]
    found: dict[str, Part] = {}
    for node, path in _objects(root, "", definitions):
        title = node["title"]
        if path == POLICIES and policy["title"] not in found:
            found[policy["title"]] = _part(policy, path, definitions)
        if title in found:
            if path not in found[title].paths:
                found[title].paths.append(path)
            continue
        found[title] = _part(node, path, definitions)
        if path == POLICIES:
            shared = policy["properties"]
            own = {k: v for k, v in found[title].fields.items() if k not in shared}
            found[title].fields = own
    return list(found.values())


def _part(node: Schema, path: str, definitions: dict[str, Schema]) -> Part:
    fields = {k: v for k, v in node["properties"].items() if not {"const"} & v.keys()}
    required = node.get("required", [])
    kind = node["properties"].get("kind", {}).get("const", "")
    text = node.get("description", "")
    return Part(node["title"], [path], text, fields, required, kind, definitions)


def _objects(
    node: Schema, path: str, definitions: dict[str, Schema]
) -> Iterator[tuple[Schema, str]]:
    """Every object with properties of its own below a node, itself first, with its path."""
    node = _resolved(node, definitions)
    if _by_domain(node):
        return
    if "properties" in node:
        yield node, path
        for name, inner in node["properties"].items():
            yield from _objects(inner, f"{path}.{name}".strip("."), definitions)
    for inner in _alternatives(node):
        yield from _objects(inner, path, definitions)
    for inner in (node.get("items"), *_values(node)):
        if isinstance(inner, dict):
            yield from _objects(inner, f"{path}.*", definitions)


def _resolved(node: Schema, definitions: dict[str, Schema]) -> Schema:
    named = node.get("$ref", "").rpartition("/")[2]
    return {**node, **definitions[named]} if named else node


def _alternatives(node: Schema) -> list[Schema]:
    return [*node.get("anyOf", []), *node.get("oneOf", [])]


def _values(node: Schema) -> list[Any]:
    return [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]


def _by_domain(node: Schema) -> bool:
    return set(node.get("properties", {})) == {"by_domain"}


def allowed(node: Schema, definitions: dict[str, Schema]) -> str:
    """What a field may be, in words."""
    if "$ref" in node:
        named = _resolved(node, definitions)
        return BY_DOMAIN if _by_domain(named) else _link(named["title"])
    if several := _alternatives(node):
        said = [allowed(one, definitions) for one in several]
        return " or ".join(dict.fromkeys(filter(None, said)))
    if "properties" in node:
        return _link(node["title"])
    if "const" in node or "enum" in node:
        return ", ".join(f"`{word}`" for word in node.get("enum", [node.get("const")]))
    words = {"boolean": "true, false", "integer": "whole, ", "number": "", "null": ""}
    match node["type"]:
        case "integer" | "number" as kind:
            return f"{words[kind]}{_bounds(node)}".replace("whole, any number", "whole")
        case "boolean":
            return words["boolean"]
        case "null":
            return ""
        case "string":
            return _text(node)
        case "array":
            return f"list: {_length(node)}each {allowed(node['items'], definitions)}"
    inner = [value for value in _values(node) if isinstance(value, dict)]
    names = "".join(f"names `{pattern}`, " for pattern in node.get("patternProperties", {}))
    least = _length(node, "Properties")
    each = allowed(inner[0], definitions) if inner else "any setting"
    return f"table: {least}{names}each {each}"


def _length(node: Schema, of: str = "Items") -> str:
    least, most = node.get(f"min{of}"), node.get(f"max{of}")
    if most is not None:
        return f"{least or 0} to {_number(most)}, "
    return f"at least {least}, " if least is not None else ""


def _link(title: str) -> str:
    return f"[{title}](#{title.lower()})"


def _text(node: Schema) -> str:
    if node.get("format") == "date":
        return "a date"
    least, most = node.get("minLength", 0), node.get("maxLength")
    return ", ".join(
        [
            f"text `{node['pattern']}`" if "pattern" in node else "text",
            *([f"{least} to {most} characters"] if most is not None else []),
        ]
    )


def _bounds(node: Schema) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    over, under = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}"
    if low is not None and under is not None:
        return f"{_number(low)} to below {_number(under)}"
    said = [
        f"above {_number(over)}" if over is not None else "",
        f"{_number(low)} or more" if low is not None else "",
        f"at most {_number(high)}" if high is not None else "",
        f"below {_number(under)}" if under is not None else "",
    ]
    return ", ".join(filter(None, said)) or "any number"


def _number(value: float) -> str:
    if value < 0:
        return f"-{_number(-value)}"
    for base in (10, 2):
        power = len(str(int(value))) - 1 if base == 10 else int(value).bit_length() - 1
        if value >= 10**6 and value == base**power:
            return f"{base}^{power}"
    return f"{value:,}" if isinstance(value, int) or value >= 1e4 else f"{value:g}"


def default(field: Schema, definitions: dict[str, Schema]) -> str:
    """A field's default, of a group of settings only what differs from theirs."""
    value = field.get("default")
    if isinstance(value, dict) and value:
        value = _brief(value, field, definitions)
        said = ", ".join(f"{k} = {_plain(v)}" for k, v in value.items())
        return f"`{{{said}}}`" if said else "its own defaults"
    if isinstance(value, list) and isinstance(field["items"], dict):
        value = [
            _brief(v, field["items"], definitions) if isinstance(v, dict) else v for v in value
        ]
    for nothing, word in NOTHING:
        if value == nothing:
            return word
    return f"`{_plain(value)}`"


def _brief(value: Schema, field: Schema, definitions: dict[str, Schema]) -> Schema:
    """Without what equals the default of the class that these settings are of."""
    for node, _ in _objects(field, "", definitions):
        fields = node["properties"]
        kind = fields.get("kind", {}).get("const")
        if set(value) <= set(fields) and kind == value.get("kind"):
            return {
                k: v
                for k, v in value.items()
                if "const" in fields[k] or v != fields[k].get("default")
            }
    return value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k} = {_plain(v)}' for k, v in value.items() if v is not None)}}}"
    return f"{value:g}" if isinstance(value, float) else str(value)
