"""The report's section on which mechanism did how much, as plain values for the template."""

from collections.abc import Iterable, Sequence
from typing import Any

from analysis import narrative
from analysis.ablation import (
    Ablation,
    Difference,
    Effect,
    change,
    effect,
    effects,
    idle,
    measured,
    ranked,
)
from analysis.pictures.subjects import Subject, subject
from analysis.run import Run
from analysis.wording import number, signed

NAMED = 3
"""Mechanisms named in a sentence."""
WORTH_NAMING = 0.1
"""Least effect to be named, relative to the largest."""


def section(runs: Sequence[Run], ablation: Ablation) -> dict[str, Any] | None:
    """Everything the section says; None where nothing was measured."""
    names = ranked(runs, ablation)
    if not ablation.without:
        return None
    revisions = {str(run.manifest.get("git")) for run in [*runs, *_first(ablation)]}
    return {
        "names": names,
        "idle": [name for name, others in ablation.without.items() if idle(runs, others)],
        "missing": list(ablation.missing),
        "pairs": len(runs),
        "together": bool(ablation.together),
        "domains": [_domain(runs, ablation, name) for name in runs[0].domains] if names else [],
        "settings": [
            {"name": name, "changed": settings_changed(runs, ablation.without[name])}
            for name in names
        ],
        "revisions": len(revisions) > 1,
    }


def _first(ablation: Ablation) -> Iterable[Run]:
    return (run for others in ablation.without.values() for run in others)


def _domain(runs: Sequence[Run], ablation: Ablation, name: str) -> dict[str, Any]:
    """The two tables of a domain, a column a meter, and a sentence on each meter."""
    subjects = [subject(meter) for meter in measured(runs, name)]
    columns = [f"{name}.{what.column}" for what in subjects]
    found = [effects(runs, ablation, column) for column in columns]
    together = [
        effect(runs, ablation.together, column) if ablation.together else None for column in columns
    ]
    full = [change(runs, column) for column in columns]
    heads = []
    for what, column in zip(subjects, columns, strict=True):
        start, end = (number(value, what.unit) for value in narrative.ends(runs, column))
        heads.append({"what": what, "start": start, "end": end, "unit": _unit(what)})
    tables = {}
    for part in ("level", "trend"):
        rows = [
            {
                "name": mechanism,
                "cells": [
                    _cell(getattr(some[mechanism], part) if mechanism in some else None, what)
                    for some, what in zip(found, subjects, strict=True)
                ],
            }
            for mechanism in ranked(runs, ablation)
        ]
        sums = [sum(getattr(one, part).mean for one in some.values()) for some in found]
        tables[part] = {
            "rows": rows,
            "sum": [
                signed(total * _scale(what)) for total, what in zip(sums, subjects, strict=True)
            ],
            "together": [
                _cell(getattr(one, part) if one is not None else None, what)
                for one, what in zip(together, subjects, strict=True)
            ],
        }
    return {
        "name": name,
        "heads": heads,
        "changes": [_cell(one, what) for one, what in zip(full, subjects, strict=True)],
        "tables": tables,
        "said": [
            {
                "what": head["what"],
                "start": head["start"],
                "end": head["end"],
                "by": _by(some, what),
            }
            for head, some, what in zip(heads, found, subjects, strict=True)
        ],
    }


def _by(found: dict[str, Effect], what: Subject) -> dict[str, list[str]]:
    """The mechanisms with the largest effects on a meter, with these effects."""
    said = {}
    for part in ("level", "trend"):
        sizes = {name: getattr(one, part).mean for name, one in found.items()}
        order = sorted(sizes, key=lambda name: -abs(sizes[name]))
        least = WORTH_NAMING * abs(sizes[order[0]]) if order else 0.0
        said[part] = [
            f"{name} {signed(sizes[name] * _scale(what))}"
            for name in order[:NAMED]
            if sizes[name] and abs(sizes[name]) >= least
        ]
    return said


def _cell(one: Difference | None, what: Subject) -> dict[str, Any]:
    if one is None:
        return {"mean": "not measured", "range": "", "settled": False}
    scale = _scale(what)
    known = one.low == one.low  # NaN for a single pair
    band = f"[{signed(one.low * scale)}, {signed(one.high * scale)}]" if known else ""
    return {"mean": signed(one.mean * scale), "range": band, "settled": one.settled}


def _scale(what: Subject) -> float:
    return 100.0 if what.unit == "share" else 1.0


def _unit(what: Subject) -> str:
    return "points" if what.unit == "share" else what.unit


def settings_changed(runs: Sequence[Run], without: Sequence[Run]) -> list[tuple[str, str]]:
    """What was switched off: the path of each setting, * for every member, and what it became."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    _differences(runs[0].scenario, without[0].scenario, "", found)
    return [
        (path, " → ".join(_values(side) for side in zip(*pairs, strict=True)))
        for path, pairs in found.items()
    ]


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
    said = {"none": None, **{_value(value): None for value in values}}
    return " or ".join(said if None in values else list(said)[1:])


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _value(value["value"]) if "value" in value else str(value.get("kind", "given"))
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
