"""What pydantic cannot see: whether the parts of a scenario fit together."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ecosystem.discovery import nearest
from scenarios.fields import ByDomain, in_domain
from scenarios.members import Census, SiteIndex, allowed, group_names, members

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

MOST_REACHED = 10_000_000
"""Pairs of a take and a site it reaches, over all models and domains."""


def references(scenario: "Scenario") -> None:
    """Raise one sentence for the first reference that leads nowhere.

    Raises:
        ValueError: names used twice, unknown sites, groups or domains, a take of documents
            that are not finite, a stationary start that does not exist, an unknown meter.
    """
    if "web" in scenario.domains:  # its columns would be those of the whole web
        raise ValueError("domains: given 'web', which means all of the web; allowed another name")
    _last_date(scenario)
    _unique("sites", scenario.sites)
    groups = {site.name for site in scenario.sites}
    for site in scenario.sites:
        for field, word in (("name", site.name), ("kind", site.kind)):
            if word == "web":
                raise ValueError(
                    f"sites.{site.name}.{field}: given 'web', which means all open sites; allowed "
                    "another word"
                )
        if site.kind in groups - {site.name}:
            raise ValueError(
                f"sites.{site.name}.kind: given {site.kind!r}, which is the name of other sites; "
                "allowed another word"
            )
    _unique("authors", [*scenario.humans, *scenario.models])
    index = SiteIndex(scenario.sites, members(scenario.sites))
    people = group_names([*scenario.humans, *scenario.models])
    known = set(people) | set(people.values())
    for site in scenario.sites:
        for field in ("readers", "writers"):
            for name in getattr(site, field) or ():
                if "{i}" not in name and name not in known:
                    raise ValueError(
                        f"sites.{site.name}.{field}: given {name!r}, which is no author; "
                        f"{nearest(name, known)}"
                    )
        _domains(f"sites.{site.name}.topics", site.topics or {}, scenario)
        if site.start == "stationary" and site.retention == "everything":
            raise ValueError(
                f"sites.{site.name}.start: given 'stationary' where everything is kept, allowed "
                "a number of documents"
            )
    for human in scenario.humans:
        _writing(human, f"humans.{human.name}", members([human]), scenario, index, people)
        _domains(f"humans.{human.name}.topics", human.topics, scenario)
        _domains(f"humans.{human.name}.error", human.error, scenario)
    reached = 0
    for model in scenario.models:
        where, group = f"models.{model.name}", members([model])
        _writing(model, where, group, scenario, index, people)
        for field in ("learner", "diet", "decoding"):
            _domains(f"{where}.{field}", getattr(model, field), scenario)
        if model.start.kind == "given":
            _domains(f"{where}.start.topics", model.start.topics, scenario)
        for one in group:
            reached += _reading(one, scenario, index, people)
            if reached > MOST_REACHED:
                raise ValueError(
                    f"models.{one.name}.diet.takes: with the models before it more than "
                    f"{MOST_REACHED:,} pairs of a take and a site it reaches; allowed are at most "
                    "that many: fewer models, fewer sites, or narrower sources"
                )
    census = Census(scenario.humans, scenario.models, index)
    for i, policy in enumerate(scenario.policies):
        census.resolved(policy, f"policies.{i}")
    if scenario.meters != "all":
        from analysis.collector import meter_classes

        for kind in scenario.meters:
            if kind not in meter_classes():
                raise ValueError(
                    f"meters: given {kind!r}, which is no meter; {nearest(kind, meter_classes())}"
                )


def _unique(what: str, groups: Iterable[Any]) -> None:
    seen: set[str] = set()
    for group in groups:
        names = {group.name, *group_names([group])}
        if seen & names:
            raise ValueError(f"{what}: given the name {min(seen & names)!r} twice, allowed once")
        seen |= names


def _writing(
    group: Any,
    where: str,
    each: Iterable[Any],
    scenario: "Scenario",
    index: SiteIndex,
    people: Mapping[str, str],
) -> None:
    _domains(f"{where}.volume", group.volume, scenario)
    for one in each:
        for reference in one.writes:
            if not index.find(reference):
                raise ValueError(
                    f"{where}.writes: given {reference!r}, which is no site; "
                    f"{nearest(reference, index.rows)}"
                )
            for site in index.unlike(reference):
                if not allowed(site.writers, one.name, people):
                    raise ValueError(
                        f"{where}.writes: given {reference!r}, which does not let "
                        f"{one.name!r} write there"
                    )
        if one.writes and not any(one.writes.values()):
            raise ValueError(f"{where}.writes: given weights of 0 only, allowed one above 0")


def _reading(model: Any, scenario: "Scenario", index: SiteIndex, people: Mapping[str, str]) -> int:
    """Check the takes of one model; how many sites they reach, over all domains."""
    reached = 0
    for domain in scenario.domains:
        diet = in_domain(model.diet, domain)
        for i, take in enumerate(diet.takes if diet else ()):
            _take(f"models.{model.name}.diet.takes.{i}", model.name, take, index, people)
            reached += len(index.sources(take.source))
        _no_overlap(f"models.{model.name}.diet", diet.takes if diet else (), index)
    return reached


def _take(where: str, reader: str, take: Any, index: SiteIndex, people: Mapping[str, str]) -> None:
    named = (take.source,) if isinstance(take.source, str) else take.source
    for name in [*named, *(take.affinity if isinstance(take.affinity, dict) else ())]:
        if not index.find(name):
            raise ValueError(
                f"{where}.source: given {name!r}, which is no site; {nearest(name, index.rows)}"
            )
    sites = [s for s in index.unlike(take.source) if allowed(s.readers, reader, people)]
    if not sites:
        raise ValueError(
            f"{where}.source: given {take.source!r}, which {reader!r} may not read; allowed are "
            "sites that let it"
        )
    endless = [site.name for site in sites if site.documents == "unlimited"]
    if endless and (take.all or not take.replace):
        asked = "all documents" if take.all else "documents without replacement"
        raise ValueError(
            f"{where}: asks for {asked} of {endless[0]!r}, whose documents are unlimited; allowed "
            "only where documents = 'finite'"
        )


def _no_overlap(where: str, takes: Iterable[Any], index: SiteIndex) -> None:
    """No document can be taken twice by takes that take each at most once."""
    taken: dict[int, str] = {}
    for take in takes:
        if take.replace and not take.all:
            continue
        for row in index.sources(take.source):
            if row in taken:
                raise ValueError(
                    f"{where}.takes: given two takes of documents of {index.sites[row].name!r} "
                    "without replacement, allowed one"
                )
            taken[row] = index.sites[row].name


def _domains(where: str, value: Any, scenario: "Scenario") -> None:
    named = value.by_domain if isinstance(value, ByDomain) else value
    if isinstance(named, dict):
        for domain in named:
            if domain not in scenario.domains:
                raise ValueError(
                    f"{where}: given the domain {domain!r}, {nearest(domain, scenario.domains)}"
                )


def _last_date(scenario: "Scenario") -> None:
    calendar = scenario.calendar
    try:
        calendar.at(scenario.steps)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"calendar: given a start of {calendar.start} and {scenario.steps} steps of a "
            f"{calendar.unit}, allowed dates up to the year 9999"
        ) from error
