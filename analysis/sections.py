"""What stands in each section of the report, as plain values for the template."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import ecosystem.domains
from analysis import beside, narrative, worked
from analysis.collector import costly, definitions, meter_classes
from analysis.comparison import interval, paired, settled
from analysis.pictures import reasoning, strips
from analysis.pictures.subjects import BY_GENERATION, Subject, drawn
from analysis.quotes import quotes
from analysis.run import Run
from analysis.wording import PER_CENT, kind_of_value, moment, number, signed
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain, RowsDomain

MOST_ROWS = 24
MOST_NAMES = 1000
COMPARED = {
    "variance": ("the variance", "share"),
    "vocabulary": ("a model's vocabulary, over that of humans,", "share"),
    "style_divergence": ("the divergence of styles", ""),
    "accuracy_edge": ("edge cases that a model gets right", "share"),
    "tail_coverage": ("the rare half known to a model", "share"),
    "leading_false": ("items that a model has wrong", "share"),
    "public_distance": ("the public's distance from the truth", ""),
}
"""Meters that are compared with the controls at the top, in words, and their unit there."""
Baselines = Mapping[str, Sequence[Run]]
Table = list[dict[str, Any]]


def domain(runs: Sequence[Run], name: str) -> dict[str, Any]:
    """All that is said of one domain."""
    one = runs[0]
    rows = narrative.items_of(one, name)
    kind = "value" if rows.empty else kind_of_value(rows["truth"].drop_duplicates())
    subjects = drawn(one, name)
    said = quotes(one, name)
    return {
        "name": name,
        "kind": kind,
        "strip": not strips.shown(one, name).empty,
        "quotes": said,
        "gaps": any(len(text) > 1 for row in said for text in row["texts"]),
        "rows": _of_rows(one.scenario["domains"][name]["kind"]),
        "branches": worked.branches(runs, name),
        "subjects": subjects,
        "curves": [_curve_row(runs, name, what) for what in subjects],
        "facts": reasoning.rows(runs, name),
        "generations": _generations(runs, name, subjects),
        "forgotten": _forgotten(runs, name),
        "wrong": _wrong(runs, name),
        "rare": narrative.rare_item(one, name).to_dict("records"),
        "models": int(narrative.models_present(one).iloc[-1]),
    }


def _of_rows(kind: str) -> bool:
    found = discover(ecosystem.domains, Domain).get(kind, Domain)
    return issubclass(found, RowsDomain)


def _curve_row(runs: Sequence[Run], domain: str, what: Subject) -> dict[str, Any]:
    column = f"{domain}.{what.column}"
    start, end = narrative.ends(runs, column)
    row: dict[str, Any] = {"what": what, "start_median": "", "end_median": ""}
    row |= {"start": number(start, what.unit), "end": number(end, what.unit)}
    if what.of_models:
        start, end = narrative.ends(runs, f"{column}.median")
        row |= {"start_median": number(start, what.unit), "end_median": number(end, what.unit)}
    return row


def _generations(
    runs: Sequence[Run], domain: str, subjects: Sequence[Subject]
) -> dict[str, Any] | None:
    """Means over models by generation: 0 to 5 and the last; `seldom`: most were not measured."""
    shown = [what for what in subjects if what.of_models]
    if not shown:
        return None
    tables = [run.generations() for run in runs]
    last = int(max(table.index.max() for table in tables))
    wanted = [g for g in (*range(6), last) if any(g in table.index for table in tables)]
    wanted = list(dict.fromkeys(wanted))
    rows = []
    for what in shown:
        column = f"{domain}.{what.column}"
        mean = pd.concat([table[column] for table in tables], axis=1).mean(axis=1)
        known = mean.reindex(wanted)
        seldom = costly(what.column) and known.isna().mean() > 0.5
        values = [number(float(value), what.unit) for value in known]
        rows.append({"what": what, "values": values, "seldom": seldom})
    return {"numbers": wanted, "rows": rows, "drawn": [*BY_GENERATION]}


def _forgotten(runs: Sequence[Run], domain: str) -> dict[str, Any] | None:
    told = [found for run in runs if (found := narrative.forgotten(run, domain)) is not None]
    if not told:
        return None
    one = told[0]
    times = pd.concat([found.lost["item"] for found in told]).value_counts()
    lost = one.lost.assign(times=one.lost["item"].map(times))
    return {
        "found": one,
        "rows": lost.head(MOST_ROWS).to_dict("records"),
        "others": lost["item"].iloc[MOST_ROWS:MOST_NAMES].tolist(),
        "more": max(0, len(lost) - MOST_NAMES),
        "fading": one.fading.head(12).to_dict("records"),
        "counts": [len(found.lost) for found in told],
    }


def _wrong(runs: Sequence[Run], domain: str) -> dict[str, Any] | None:
    if narrative.items_of(runs[0], domain).empty:
        return None
    table = narrative.wrong_values(runs[0], domain)
    return {
        "rows": table.head(MOST_ROWS).to_dict("records"),
        "all": len(table),
        "most": int(table["most"].sum()) if len(table) else 0,
        "web_too": int(table["web_too"].sum()) if len(table) else 0,
    }


def collapse(runs: Sequence[Run]) -> dict[str, Any] | None:
    """When each model and the population counted as collapsed, and by which rule."""
    one = runs[0]
    table = narrative.collapses(one)
    if table.empty or not len(table.columns):
        return None
    population = {
        name: moment(one, float(one.metrics[f"{name}.population_collapsed_at"].iloc[-1]))
        for name in table.columns
    }
    shares = {name: narrative.ends(runs, f"{name}.collapsed")[1] for name in table.columns}
    said = (inspect.getdoc(meter_classes()["collapse"]) or "").split("Rule: ")[-1]
    rows = [
        {"name": str(agent), "at": [moment(one, at) for at in ats]}
        for agent, ats in zip(table.index, table.to_numpy(dtype=float), strict=True)
    ]
    return {
        "domains": list(table.columns),
        "rows": rows if table.notna().to_numpy().any() else [],
        "population": population,
        "shares": {name: number(value, "share") for name, value in shares.items()},
        "rule": " ".join(said.split()),
    }


def control(runs: Sequence[Run], baseline: Baselines) -> list[str]:
    """Where the variety ended in each baseline, so that nobody takes all of it for collapse."""
    said = []
    for field in runs[0].domains:
        column = f"{field}.hill_1"
        ended = [(name, narrative.ends(others, column)[1]) for name, others in baseline.items()]
        known = [f"{number(end)} in {name}" for name, end in ended if np.isfinite(end)]
        if known:
            ours = number(narrative.ends(runs, column)[1])
            said.append(f"the variety in {field} ended at {', '.join(known)}, and {ours} here")
        for meter, (text, unit) in COMPARED.items():
            column = f"{field}.{meter}"
            ended = [(name, narrative.ends(others, column)[1]) for name, others in baseline.items()]
            known = [f"{number(end, unit)} in {name}" for name, end in ended if np.isfinite(end)]
            if known:
                ours = number(narrative.ends(runs, column)[1], unit)
                said.append(f"{text} in {field} ended at {', '.join(known)}, and {ours} here")
        lost = [(name, _lost(others, field)) for name, others in baseline.items()]
        counts = [f"{number(count)} in {name}" for name, count in lost if np.isfinite(count)]
        if counts:
            here = number(_lost(runs, field))
            said.append(f"{field} forgotten by every model: {', '.join(counts)}, and {here} here")
    return said


def _lost(runs: Sequence[Run], field: str) -> float:
    """Items that some model knew at the start and none at the end, mean over replicates."""
    counts = [found for run in runs if (found := narrative.forgotten(run, field)) is not None]
    return float(np.mean([len(found.lost) for found in counts])) if counts else float("nan")


def comparison(runs: Sequence[Run], baseline: Baselines) -> list[dict[str, Any]]:
    """Paired differences at the end, this run minus each baseline, by replicate."""
    found = []
    for name, others in baseline.items():
        try:
            pairs = list(zip(*paired(runs, others), strict=True))
        except ValueError:
            pairs = []
        rows = []
        for field in runs[0].domains if pairs else []:
            for what in drawn(runs[0], field):
                row = _paired(pairs, field, what)
                if row is not None:
                    rows.append(row)
        found.append({"name": name, "pairs": len(pairs), "rows": rows})
    return found


def texts_beside(runs: Sequence[Run], baseline: Baselines) -> dict[str, dict[str, Any]]:
    """By domain and baseline, documents in words of this run and of that one."""
    found: dict[str, dict[str, Any]] = {field: {} for field in runs[0].domains}
    for field, by_name in found.items():
        for name, others in baseline.items():
            rows = beside.texts(runs[0], others[0], field)
            told = [text for row in rows for text in (*row["texts"], *row["beside"]["texts"])]
            if rows:
                by_name[name] = {"rows": rows, "gaps": any(len(text) > 1 for text in told)}
    return found


def _paired(pairs: list[tuple[Run, Run]], field: str, what: Subject) -> dict[str, Any] | None:
    column = f"{field}.{what.column}"
    if any(column not in run.metrics for pair in pairs for run in pair):
        return None
    ends = np.array([[float(run.metrics[column].iloc[-1]) for run in pair] for pair in pairs])
    differences = ends[:, 0] - ends[:, 1]
    low, high = interval(differences)
    mean = float(differences.mean())
    scale = 100.0 if what.unit in PER_CENT else 1.0
    return {
        "domain": field,
        "what": what,
        "ours": number(float(ends[:, 0].mean()), what.unit),
        "theirs": number(float(ends[:, 1].mean()), what.unit),
        "difference": signed(mean * scale),
        "low": signed(low * scale) if np.isfinite(low) else "",
        "high": signed(high * scale) if np.isfinite(high) else "",
        "unit": "points" if what.unit in PER_CENT else what.unit,
        "settled": settled(low, high, len(pairs)),
    }


def everything(runs: Sequence[Run]) -> Table:
    """Every meter, its definition, and its first and last value in every domain."""
    one = runs[0]
    rows: Table = []
    for name, column in definitions().items():
        places = ["web"] if name.startswith("web.") else one.domains
        for place in places:
            full = name if place == "web" else f"{place}.{name}"
            if full in one.metrics:
                start, end = narrative.ends(runs, full)
                rows.append(
                    {
                        "domain": place,
                        "name": name.removeprefix("web."),
                        "text": column.text,
                        "each": column.each,
                        "unit": column.unit,
                        "start": number(start, column.unit),
                        "end": number(end, column.unit),
                    }
                )
    return rows


def reproduce(runs: Sequence[Run]) -> dict[str, Any]:
    """What it takes to get the same numbers again."""
    one = runs[0].manifest
    git = str(one.get("git") or "")
    facts = {
        "scenario": runs[0].name,
        "seed": one.get("seed", runs[0].scenario.get("seed", "")),
        "replicates": ", ".join(
            str(run.manifest.get("replicate", i)) for i, run in enumerate(runs)
        ),
        "Habsburg": one.get("habsburg", ""),
        "revision": git.rstrip("+") + (" with changes" if git.endswith("+") else ""),
        "finished": one.get("finished", ""),
        "time of a run": f"{number(float(one['seconds']))} s" if "seconds" in one else "",
        "peak memory": f"{number(float(one['peak_memory_mib']))} MiB"
        if "peak_memory_mib" in one
        else "",
        **{f"table of {name}": f"sha256 {str(d)[:16]}…" for name, d in one.get("data", {}).items()},
        **{str(name): version for name, version in one.get("versions", {}).items()},
    }
    return {key: value for key, value in facts.items() if value != ""}
