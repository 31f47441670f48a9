"""Which mechanisms a scenario has, and the scenario without one of them.

Mechanisms are found where they are declared (`ecosystem.mechanism`), in whatever the scenario
is made of; a policy is one as well. Nothing here knows any of them by name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from analysis.ablation import TOGETHER
from ecosystem.mechanism import Mechanism
from scenarios.fields import ByDomain
from scenarios.scenario import Scenario


def without_each(scenario: Scenario) -> dict[str, Scenario]:
    """By mechanism the scenario without it, for those that are on; last, without them all.

    Nothing else differs: same seed, so the same random draws wherever the mechanism is not
    asked. A single mechanism has no `TOGETHER` beside it.
    """
    names = in_force(scenario)
    found = {name: without(scenario, {name}) for name in names}
    if len(names) > 1:
        found[TOGETHER] = without(scenario, set(names))
    return found


def in_force(scenario: Scenario) -> list[str]:
    """Names of the mechanisms that are on, in the order of the scenario."""
    on = [mark.name for mark, given in _declared(scenario) if _off(mark, given) != given]
    return list(dict.fromkeys([*on, *map(_of_policy, scenario.policies)]))


def without(scenario: Scenario, names: set[str]) -> Scenario:
    """The scenario with these mechanisms off, checked as if it had been written so."""
    kept = tuple(p for p in scenario.policies if _of_policy(p) not in names)
    switched = _switched(scenario.model_copy(update={"policies": kept}), names)
    return Scenario.parse(switched.plain(), scenario._folder)


def _of_policy(policy: Any) -> str:
    return f"policy {policy.kind}"


def _marks(value: BaseModel) -> Iterator[tuple[str, Mechanism]]:
    """Fields of an object that are mechanisms."""
    for name, field in type(value).model_fields.items():
        yield from ((name, mark) for mark in field.metadata if isinstance(mark, Mechanism))


def _declared(value: Any) -> Iterator[tuple[Mechanism, Any]]:
    """Every setting in an object that is a mechanism, with its value."""
    if isinstance(value, BaseModel):
        yield from ((mark, getattr(value, name)) for name, mark in _marks(value))
        for name in type(value).model_fields:
            yield from _declared(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _declared(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _declared(inner)


def _off(mark: Mechanism, given: Any) -> Any:
    """The value of a setting without its mechanism, in each domain."""
    if isinstance(given, ByDomain):
        each = {domain: mark.without(value) for domain, value in given.by_domain.items()}
        return given.model_copy(update={"by_domain": each})
    return mark.without(given)


def _switched(value: Any, names: set[str]) -> Any:
    """An object with the named mechanisms off everywhere in it."""
    if isinstance(value, BaseModel):
        inner = {name: _switched(getattr(value, name), names) for name in type(value).model_fields}
        off = {name: _off(mark, inner[name]) for name, mark in _marks(value) if mark.name in names}
        return value.model_copy(update=inner | off)
    if isinstance(value, Mapping):
        return {key: _switched(inner, names) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_switched(inner, names) for inner in value)
    return value
