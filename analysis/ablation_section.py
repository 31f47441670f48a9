"""The report's section on which mechanism did how much, as plain values for the template."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis import narrative
from analysis.ablation import SUM, TOGETHER, Ablation, Difference, Effect, total
from analysis.pictures.subjects import Subject, subject
from analysis.run import Run
from analysis.wording import PER_CENT, aligned, number, places

NAMED = 3
"""Mechanisms named in a sentence."""
WORTH_NAMING = 0.1
"""Least effect to be named, relative to the largest; to the largest settled one if it is."""
COPIED = re.compile(r"domains\.[^.]+\.table|web\.links\.file")
"""Files of the user's own: the runs read their copies in the run directory."""
CHANCE = 0.05
"""Of 95 % intervals around nothing, how many leave out 0."""


def section(ablation: Ablation | None) -> dict[str, Any] | None:
    """Everything the section says; None where nothing was measured."""
    if ablation is None or not ablation.without:
        return None
    runs, names = ablation.runs, ablation.names
    domains = [_domain(ablation, domain) for domain in runs[0].domains] if names else []
    intervals = sum(head.intervals for domain in domains for head in domain["heads"])
    made = [run for several in (runs, *ablation.without.values()) for run in several]
    return {
        "names": names,
        "idle": ablation.idle,
        "missing": list(ablation.missing),
        "pairs": len(runs),
        "domains": domains,
        "intervals": intervals,
        "by_chance": number(round(CHANCE * intervals, 1)),
        "settings": [
            (
                name,
                [
                    (path, _in_words(path, change))
                    for path, change in settings_changed(runs, ablation.without[name])
                ],
            )
            for name in names
        ],
        "revisions": len({str(run.manifest.get("git")) for run in made}) > 1,
    }


def _domain(ablation: Ablation, name: str) -> dict[str, Any]:
    """The two tables of a domain, a column a meter that anything moved, and those nothing did."""
    columns = [_Column(ablation, name, meter) for meter in ablation.measured(name)]
    rows = [*ablation.names, SUM, *([TOGETHER] if ablation.together else [])]
    return {
        "name": name,
        "heads": columns,
        "unmoved": [subject(meter).title for meter in ablation.unmoved(name)],
        "tables": {
            part: [(row, [column.cell(row, part) for column in columns]) for row in rows]
            for part in ("level", "trend")
        },
    }


class _Column:
    """One meter of one domain: its ends, and what every mechanism does to it.

    Attributes:
        what: the meter.
        start, end: of the run, in words.
        change: of the run, a cell.
        unit: of differences.
        grown, given: the mechanisms that did most since row 0, and those that had done most by
            then, as cells with their names; those whose intervals leave out 0 come first.
        intervals: how many there are in the column of both tables.
    """

    def __init__(self, ablation: Ablation, domain: str, meter: str) -> None:
        column = f"{domain}.{meter}"
        self.what: Subject = subject(meter)
        unit = self.what.unit
        ends = narrative.ends(ablation.runs, column)
        self.start, self.end = (number(value, unit) for value in ends)
        self.unit = "points" if unit in PER_CENT else unit
        self._scale = 100.0 if unit in PER_CENT else 1.0
        found, together = ablation.effects(column), ablation.at_once(column)
        self._rows: dict[str, Effect] = {**found, SUM: total(found.values())}
        if together is not None:
            self._rows[TOGETHER] = together
        full = ablation.change(column)
        means = [part.mean for one in self._rows.values() for part in (one.level, one.trend)]
        self._places = places((mean * self._scale for mean in [*means, full.mean]), unit)
        self.change = self._said(full)
        starts = {name: one.start for name, one in found.items()}
        trends = {name: one.trend for name, one in found.items()}
        least = _least([*starts.values(), *trends.values()])
        self.grown, self.given = self._named(trends, least), self._named(starts, least)
        shown = [part for one in self._rows.values() for part in (one.level, one.trend)]
        self.intervals = sum(part.wide for part in shown)

    def cell(self, row: str, part: str) -> dict[str, Any]:
        """What a row of a table says in this column; part: level or trend."""
        return self._said(getattr(self._rows[row], part))

    def _said(self, one: Difference) -> dict[str, Any]:
        mean, low, high = (
            aligned(value * self._scale, self._places) for value in (one.mean, one.low, one.high)
        )
        band = f"[{low}, {high}]" if np.isfinite(one.low) else ""
        return {"mean": mean, "range": band, "settled": one.settled}

    def _named(
        self, found: Mapping[str, Difference], least: Mapping[bool, float]
    ) -> list[dict[str, Any]]:
        order = sorted(found, key=lambda name: (not found[name].settled, -abs(found[name].mean)))
        return [
            {"name": name, **self._said(found[name])}
            for name in order
            if abs(found[name].mean) > least[found[name].settled]
        ][:NAMED]


def _least(found: Sequence[Difference]) -> dict[bool, float]:
    """By whether an effect is settled, the size above which it is named.

    What is settled is not measured by what may be noise.
    """
    every = max((abs(one.mean) for one in found), default=0.0)
    settled = max((abs(one.mean) for one in found if one.settled), default=0.0)
    return {True: WORTH_NAMING * settled, False: WORTH_NAMING * every}


def settings_changed(runs: Sequence[Run], without: Sequence[Run]) -> list[tuple[str, str]]:
    """What was switched off: the path of each setting, * for every member, and what it became."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    _differences(runs[0].scenario, without[0].scenario, "", found)
    return [
        (path, " → ".join(_values(side) for side in zip(*pairs, strict=True)))
        for path, pairs in found.items()
        if not COPIED.fullmatch(path)
    ]


def _in_words(path: str, change: str) -> str:
    """A change of a setting as the page has it; that of the policies, where some stay, in words."""
    given, _, off = change.partition(" → ")
    return f"the policies are {given}; without it: {off}" if path == "policies" else change


def _differences(one: Any, other: Any, path: str, found: dict[str, list[tuple[Any, Any]]]) -> None:
    if isinstance(one, dict) and isinstance(other, dict) and one.get("kind") == other.get("kind"):
        for key in dict.fromkeys([*one, *other]):
            below = f"{path}.{key}" if path else str(key)
            _differences(one.get(key), other.get(key), below, found)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            _differences(left, right, f"{path}.*", found)
    elif one != other:
        found.setdefault(path, []).append((one, other))


def _values(values: Sequence[Any]) -> str:
    """The values that a setting has in one scenario or the other, in a few words."""
    if all(isinstance(value, int | float) for value in values):
        low, high = min(values), max(values)
        return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    return " or ".join(sorted(set(map(_value, values))))


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _value(value["value"]) if "value" in value else str(value.get("kind", "given"))
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "none" if value is None else str(value)
