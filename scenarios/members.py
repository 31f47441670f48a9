"""Taking groups apart: NAME with count 3 becomes NAME-1, NAME-2, NAME-3."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ecosystem.actors import Actors
from ecosystem.discovery import nearest
from ecosystem.draws import Draws
from ecosystem.policies.policy import Names, Policy
from ecosystem.sampling import Floats
from ecosystem.shelves import Ints
from ecosystem.web import Site

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

G = TypeVar("G")


def members(groups: Iterable[G]) -> list[G]:
    """Every member of every group, with {i} in its texts replaced by its number."""
    found: list[G] = []
    for group in groups:
        spec: Any = group
        plain = spec.model_dump(mode="json", exclude_none=True)
        numbered = {key: value for key, value in plain.items() if _has_number(value)}
        for i in range(1, spec.count + 1):
            changes: dict[str, Any] = {}
            if spec.count > 1:
                changes = {"name": f"{spec.name}-{i}", "count": 1}
                if isinstance(spec, Site) and spec.attention_falls:
                    changes |= {"attention": spec.attention / i**spec.attention_falls}
            if numbered:
                own = {key: _numbered(value, i) for key, value in numbered.items()}
                found.append(type(spec).model_validate(plain | own | changes))
            else:
                found.append(spec.model_copy(update=changes) if changes else group)
    return found


def _has_number(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_number(key) or _has_number(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return any(map(_has_number, value))
    return isinstance(value, str) and "{i}" in value


def _numbered(value: Any, i: int) -> Any:
    if isinstance(value, str):
        return value.replace("{i}", str(i))
    if isinstance(value, Mapping):
        return {_numbered(key, i): _numbered(inner, i) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_numbered(inner, i) for inner in value]
    return value


class SiteIndex:
    """Finds sites by name, by group, by kind, or all open ones as 'web'.

    Args:
        groups: sites as the scenario lists them.
        sites: their members.
    """

    def __init__(self, groups: Sequence[Site], sites: Sequence[Site]) -> None:
        self.sites = list(sites)
        self._sources: dict[tuple[str, ...], list[int]] = {}
        self._unlike: dict[tuple[str, ...], list[Site]] = {}
        self.rows: dict[str, list[int]] = {}
        for row, site in enumerate(sites):
            self.rows.setdefault(site.kind, []).append(row)
        self.rows["web"] = [row for row, site in enumerate(sites) if site.open]
        row = 0
        for group in groups:
            self.rows[group.name] = list(range(row, row + group.count))
            row += group.count
        for row, site in enumerate(sites):
            self.rows[site.name] = [row]

    def find(self, reference: str) -> list[int]:
        """Rows of the sites a reference means; empty where it means none."""
        return self.rows.get(reference, [])

    def sources(self, source: str | tuple[str, ...]) -> list[int]:
        """Rows of a take's source."""
        named = (source,) if isinstance(source, str) else source
        if named not in self._sources:
            self._sources[named] = sorted({row for name in named for row in self.find(name)})
        return self._sources[named]

    def unlike(self, source: str | tuple[str, ...]) -> list[Site]:
        """Of a source's sites one of each kind that rules tell apart: who reads, who writes.

        Sites of a group are mostly alike, so that what holds for one need not be asked of all.
        """
        named = (source,) if isinstance(source, str) else source
        if named not in self._unlike:
            sites = (self.sites[row] for row in self.sources(named))
            first: dict[Any, Site] = {}
            for site in sites:
                first.setdefault((site.readers, site.writers, site.documents), site)
            self._unlike[named] = list(first.values())
        return self._unlike[named]

    def placement(self, writes: Mapping[str, float]) -> tuple[Ints, Floats]:
        """Sites written on and the share of each; a group's weight goes to each of its sites."""
        weight = np.zeros(len(self.sites))
        for reference, value in writes.items():
            weight[self.find(reference)] = value
        rows = np.flatnonzero(weight)
        return rows, weight[rows] / weight.sum() if rows.size else weight[rows]


def allowed(names: Sequence[str] | None, member: str, groups: Mapping[str, str]) -> bool:
    """Whether a member, or the group it is of, is among those named (all where None)."""
    return names is None or member in names or groups.get(member, member) in names


def group_names(groups: Iterable[Any]) -> dict[str, str]:
    """Member name to group name."""
    found = {}
    for group in groups:
        if group.count == 1:
            found[group.name] = group.name
        else:
            found |= {f"{group.name}-{i}": group.name for i in range(1, group.count + 1)}
    return found


class Census:
    """Finds the members that a name means: an author or a site, or those of a group.

    Args:
        humans, models: authors as the scenario lists them.
        index: the sites.
    """

    def __init__(self, humans: Iterable[Any], models: Iterable[Any], index: SiteIndex) -> None:
        self.index = index
        self.models = group_names(models)
        self.authors = group_names(humans) | self.models

    def resolved(self, policy: Any, where: str) -> Any:
        """A policy whose fields name members, in place of their groups and kinds.

        Raises:
            ValueError: a name that nothing has.
        """
        meant = {}
        for field, declared in type(policy).model_fields.items():
            for mark in declared.metadata:
                if isinstance(mark, Names) and (names := getattr(policy, field)) is not None:
                    each = [self._members(mark, name, f"{where}.{field}") for name in names]
                    meant[field] = tuple(dict.fromkeys(m for members in each for m in members))
        return policy.model_copy(update=meant) if meant else policy

    def _members(self, mark: Names, name: str, where: str) -> list[str]:
        if mark.what == "site":
            found = [self.index.sites[row].name for row in self.index.find(name)]
            known: set[str] = set(self.index.rows)
        else:
            groups = self.models if mark.what == "model" else self.authors
            found = [member for member, group in groups.items() if name in (member, group)]
            known = {*groups, *groups.values()}
        if name not in known:
            raise ValueError(
                f"{where}: given {name!r}, which is no {mark.what}; {nearest(name, known)}"
            )
        return found


def actors(scenario: "Scenario") -> Actors:
    """All who can be asked to comply with a policy of a scenario."""
    groups = scenario.models, scenario.humans, scenario.sites
    return Actors(*(tuple(group_names(each)) for each in groups))


def bound_policies(scenario: "Scenario", draws: Draws) -> list[Policy]:
    """The policies of a scenario, with members in place of groups, bound to a run.

    One that starts where another of its kind stops is the same policy with other settings: it
    keeps the other's number, and with that its marks and verdicts. Others of a kind are numbered.

    Raises:
        ValueError: one names what there is not.
    """
    index = SiteIndex(scenario.sites, members(scenario.sites))
    census, everyone = Census(scenario.humans, scenario.models, index), actors(scenario)
    numbers: Counter[str] = Counter()
    ended: dict[tuple[str, int | None], list[int]] = {}
    found = []
    for policy in scenario.policies:
        waiting = ended.get((policy.kind, policy.start), [])
        takes_over = bool(waiting)
        if not takes_over:
            numbers[policy.kind] += 1
        number = waiting.pop(0) if takes_over else numbers[policy.kind]
        ended.setdefault((policy.kind, policy.stop), []).append(number)
        named = census.resolved(policy, "policies")
        found.append(named.bind(draws, everyone, number, takes_over))
    return found
