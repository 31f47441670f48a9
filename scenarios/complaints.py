"""Bad input in one plain sentence: which field, what was given, what is allowed."""

import re
import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from ecosystem.discovery import nearest
from scenarios.fields import NestedError

TAGS = {"one", "each", "constant", "linear", "exponential", "logistic", "table", "function-before"}
TYPES = {
    "HalfLife",
    "Normal",
    "float",
    "int",
    "str",
    "tuple",
    "dict",
    "truth",
    "fitted",
    "dirichlet",
    "given",
}
PLAIN = {
    "a valid tuple": "a list",
    "a valid dictionary or instance of HalfLife": "{half_life = STEPS}",
    "a valid dictionary or object to extract fields from": "a table",
    "a valid dictionary": "a table",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "a valid ": "a ",
    "a integer": "a whole number",
    "a string": "a text",
    "match pattern '^[A-Za-z0-9][A-Za-z0-9_.-]*$'": "letters, digits, _ . and -",
    "match pattern '^[A-Za-z0-9_-]{1,40}$'": "1 to 40 letters, digits, _ and -",
    "have at least 1 character": "at least 1 character",
}


class ScenarioError(ValueError):
    """Bad input, said in one sentence."""


def sentence(error: ValidationError, root: type[BaseModel]) -> str:
    """The first complaint of a validation error, and how many more there are."""
    errors = error.errors(include_url=False)
    # a list whose members are wrong also counts as too short
    wrong = [one["loc"] for one in errors]
    errors = [
        one
        for one in errors
        if one["type"] != "too_short"
        or not any(loc[: len(one["loc"])] == one["loc"] != loc for loc in wrong)
    ]
    said = []
    for one in errors:
        nested = one.get("ctx", {}).get("error")
        if isinstance(nested, NestedError):
            for inner in nested.error.errors(include_url=False):
                path = [*one["loc"], *inner["loc"]]
                said.append((path, _say(path, inner, _owner(nested.error, root))))
        else:
            said.append((list(one["loc"]), _say(list(one["loc"]), one, root)))
    field = _shown(said[0][0])
    # of the alternatives of one field, the one that got furthest is what was meant
    meant = [(p, t) for p, t in said if _shown(p) == field or _shown(p).startswith(f"{field}.")]
    deepest = max(len(_shown(p).split(".")) for p, _ in meant)
    texts = [t for p, t in meant if len(_shown(p).split(".")) == deepest]
    text = texts[0]
    for other in texts[1:]:
        before, allowed, after = other.partition(", allowed ")
        if allowed and text.startswith(before):
            text = f"{text} or {after}"
    more = len({_shown(p) for p, _ in said} - {_shown(p) for p, _ in meant})
    return _readable(text if not more else f"{text} (and {more} more)")


def _readable(text: str) -> str:
    """One line of what can be printed, long words and lists cut short."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return re.sub(r"\S{81,}", lambda word: f"{word[0][:60]}...", shown)


def _owner(error: ValidationError, root: type[BaseModel]) -> type[BaseModel]:
    from scenarios import parts

    for field in (parts.DomainSpec, parts.PolicySpec, parts.LearnerSpec):
        for kinds in typing.get_args(field)[1:]:
            for options in kinds.found().values():
                if options.__name__ == error.title:
                    return typing.cast(type[BaseModel], options)
    return root


def _say(path: list[Any], error: Any, root: type[BaseModel]) -> str:
    shown = _shown(path)
    kind, given, ctx = error["type"], error.get("input"), error.get("ctx", {})
    message = error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        field = str(path[-1])
        return f"{shown}: unknown field; {nearest(field, _fields(root, path[:-1]))}"
    if kind == "missing":
        return f"{shown}: missing, it must be given"
    if kind == "value_error":
        return message if len(path) == 0 else f"{shown}: {message}"
    if kind == "kind":
        return f"{shown}: {message}"
    if kind == "union_tag_invalid":
        return f"{shown}: given {_short(ctx.get('tag'))}, allowed {ctx.get('expected_tags')}"
    if kind == "union_tag_not_found":
        return f"{shown}: given {_short(given)}, allowed a number or a table with its kind"
    if kind == "too_short":
        return f"{shown}: given {ctx.get('actual_length')}, allowed at least {ctx['min_length']}"
    allowed = message.removeprefix("Input should be ").removeprefix("Input should ")
    allowed = allowed.removeprefix("String should ").partition(", unable to parse")[0]
    for technical, plain in PLAIN.items():
        allowed = allowed.replace(technical, plain)
    allowed = re.sub(r"^a table or instance of \w+$", "a table", allowed)
    return f"{shown}: given {_short(given)}, allowed {allowed}"


def _shown(path: list[Any]) -> str:
    """A path as the user wrote it: without the names of types in it."""
    kept = [
        str(part)
        for i, part in enumerate(path)
        if not _tag(part)
        or (part in TAGS - {"one", "each"} and i == len(path) - 1)
        or (i == 1 and path[0] == "domains")
    ]
    return ".".join(kept) or "scenario"


def _tag(part: Any) -> bool:
    named = isinstance(part, str) and (part in TAGS or part in TYPES)
    return named or (
        isinstance(part, str) and any(sign in part for sign in ("[", "(", "constrained"))
    )


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fields(root: type[BaseModel], path: list[Any]) -> set[str]:
    """Names of the fields at a place in a scenario, as far as the types tell."""
    classes: set[type[BaseModel]] = {root}
    for part in path:
        if isinstance(part, int) or _tag(part):
            continue
        found: set[type[BaseModel]] = set()
        for owner in classes:
            field = owner.model_fields.get(str(part))
            if field is not None:
                found |= _classes(field.annotation) | {
                    c for extra in field.metadata for c in _classes(extra)
                }
        classes = found or classes
    return {name for owner in classes for name in owner.model_fields}


def _classes(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {c for inner in typing.get_args(annotation) for c in _classes(inner)}
