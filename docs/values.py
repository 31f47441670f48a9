"""What the main scenario sets, in a few words, with its reasons."""

import tomllib
from collections.abc import Iterator
from typing import Any

from scenarios import habsburg
from scenarios.scenario import Scenario


def used() -> list[tuple[str, str, str]]:
    """Path, values and reason of each setting of the main scenario."""
    scenario = habsburg.scenario()
    plain = scenario.plain() | {"name": ""}
    rows = []
    for path, reason in habsburg.REASONS.items():
        named = {leaf for _, leaf, _ in leaves_of(chosen(scenario), path)}
        leaves: dict[str, list[tuple[str, Any]]] = {}
        for owner, leaf, value in leaves_of(plain, path):
            if not named or leaf in named:
                leaves.setdefault(leaf, []).append((owner, value))
        values = (f"{name} {spread(v)}".strip() for name, v in leaves.items())
        rows.append((f"`{path}`", "; ".join(values), reason))
    return rows


def chosen(scenario: Scenario) -> dict[str, Any]:
    """What a scenario sets, without what is a default anyway."""
    return tomllib.loads(scenario.to_toml())


def leaves_of(plain: Any, path: str, owner: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every plain value at or below a path of a scenario: whose it is, the rest of its path, it."""
    step, _, rest = path.partition(".")
    if isinstance(plain, dict):
        owner = plain.get("name", owner)
    if step == "*":
        for inner in plain.values() if isinstance(plain, dict) else plain:
            yield from leaves_of(inner, rest, owner)
    elif step:
        yield from leaves_of(plain[step], rest, owner) if step in plain else ()
    elif isinstance(plain, dict):
        for key, inner in plain.items():
            for whose, leaf, value in leaves_of(inner, "", owner):
                yield whose, f"{key}.{leaf}".strip("."), value
    elif isinstance(plain, list):
        for inner in plain:
            yield from leaves_of(inner, "", owner)
    else:
        yield owner, "", plain


def spread(values: list[tuple[str, Any]]) -> str:
    """The values of one setting in a few words: by owner where few differ, else their range."""
    distinct = list(dict.fromkeys(value for _, value in values))
    if len(distinct) > 1 and len(values) < 4:
        return ", ".join(f"{owner} {brief(value)}".strip() for owner, value in values)
    if len(distinct) > 1 and all(isinstance(value, int | float) for value in distinct):
        return f"{brief(min(distinct))} to {brief(max(distinct))}"
    return ", ".join(map(brief, distinct))


def brief(value: Any) -> str:
    """A value in at most four digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
