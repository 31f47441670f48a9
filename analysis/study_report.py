"""The report of a study: one self-contained page for somebody who has to decide; its figures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.effects import settled
from analysis.inline import inline
from analysis.pareto import dominates
from analysis.pictures import arms, style
from analysis.plots import slug
from analysis.report import environment
from analysis.told_study import ToldStudy, Wanted
from analysis.wording import number, signed

MOST_ARMS = 80


def write_study_report(told: ToldStudy, folder: Path, findings: str = "") -> Path:
    """Write `report.html` and `figures/` into the folder of a study; the path of the page.

    Args:
        told: the study and what came of it.
        folder: made where it is missing.
        findings: what goes beyond single arms, as text.
    """
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    pictures = {}
    for name, figure in figures(told):
        drawn = style.svg(figure)
        (folder / "figures" / f"{name}.svg").write_text(drawn, encoding="utf-8")
        pictures[name] = inline(drawn, name)
    page = environment().get_template("study.html.jinja").render(
        **content(told), pictures=pictures, findings=findings
    )  # fmt: skip
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def key(world: str, outcome: Wanted) -> str:
    """Names the figures of an outcome in a world."""
    return slug("_".join(filter(None, (world, outcome.key))))


def figures(told: ToldStudy) -> Iterator[tuple[str, Figure]]:
    """Every figure with its name."""
    numeric = {
        lever: title
        for lever, title in told.levers.items()
        if pd.api.types.is_numeric_dtype(told.effects[f"lever:{lever}"])
    }
    for world in told.worlds:
        for outcome in told.outcomes:
            ranked, name = told.ranked(world, outcome), key(world, outcome)
            if ranked.empty:
                continue
            if len(numeric) == 2 and len(numeric) == len(told.levers) and _gridded(ranked, numeric):
                yield f"{name}_plane", arms.plane(outcome, ranked, numeric)
            elif len(numeric) == 1:
                (lever, title), *_ = numeric.items()
                yield f"{name}_along", arms.along(outcome, ranked, lever, title)
            if len(numeric) != 2 or not _gridded(ranked, numeric):
                yield f"{name}_forest", arms.forest(outcome, ranked)
            if (world, outcome.key) in told.curves:
                yield f"{name}_course", arms.course(outcome, told.curves[world, outcome.key])
            if costly(told):
                yield f"{name}_price", arms.price(outcome, ranked, front(ranked))


def front(ranked: pd.DataFrame) -> list[str]:
    """Arms that no other beats: none gains as much for less, or more for as much."""
    beats = dominates(ranked["gain"].to_numpy(), ranked["cost"].to_numpy())
    return [str(arm) for arm, by in zip(ranked["arm"], beats.T, strict=True) if not by.any()]


def costly(told: ToldStudy) -> bool:
    """Whether arms differ in cost."""
    return bool(told.effects["cost"].nunique() > 1)


def content(told: ToldStudy) -> dict[str, Any]:
    """What the template shows."""
    parts = []
    for world in told.worlds:
        for outcome in told.outcomes:
            ranked = told.ranked(world, outcome)
            if ranked.empty:
                continue
            parts.append(
                {
                    "world": world,
                    "outcome": outcome,
                    "key": key(world, outcome),
                    "baseline": float(ranked["baseline"].iloc[0]),
                    "rows": [_row(row) for row in ranked.to_dict("records")],
                }
            )
    return {
        "told": told,
        "answers": told.answers(),
        "parts": parts,
        "costly": costly(told),
        "most_arms": MOST_ARMS,
        "swept": [_lever(told, name, title) for name, title in told.levers.items()],
        "gains": _gains(told),
        "pairing": [(outcome, _ratio(ratio)) for outcome, ratio in told.pairing()],
        "sure": _sure(told),
    }


def _lever(told: ToldStudy, name: str, title: str) -> dict[str, str]:
    values = told.effects[f"lever:{name}"].unique().tolist()
    if len(values) > 12 and all(isinstance(value, int | float) for value in values):
        text = f"{len(values)} from {number(min(values))} to {number(max(values))}"
    else:
        text = ", ".join(number(v) if isinstance(v, int | float) else str(v) for v in values)
    return {"name": name, "title": title or name, "values": text}


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    price, needed = row["cost_per_unit"], row["settles"]
    return row | {
        "settled": settled(row),
        "known": bool(np.isfinite(row["low"])),
        "helped": f"{row['helps'] * row['pairs']:g} of {row['pairs']}",
        "price": number(price) if np.isfinite(price) else "–",
        "settles": "–" if np.isnan(needed) else number(needed) if np.isfinite(needed) else "never",
    }


def _sure(told: ToldStudy) -> str:
    rows = told.effects.to_dict("records")
    known = sum(map(settled, rows))
    return (
        f"Of {len(rows)} effects (arms by outcomes{' by worlds' if len(told.worlds) > 1 else ''}), "
        f"{known} are settled: their 95 % interval leaves out 0. Among so many intervals about "
        f"one in twenty leaves out 0 by chance alone."
    )


def _ratio(ratio: float) -> str:
    if np.isnan(ratio):
        return "not known from a single pair"
    return (
        "any number (pairs agree exactly)" if np.isinf(ratio) else f"{number(ratio)} times as many"
    )


def _gains(told: ToldStudy) -> list[dict[str, Any]]:
    units = {outcome.key: outcome for outcome in told.outcomes}
    rows = []
    for row in told.gains.to_dict("records"):
        outcome = units[row["outcome"]]
        rows.append(
            {
                "arm": f"{row['arm']} ({row['policy']})",
                "title": outcome.title,
                "share": number(row["share"], "share"),
                **{
                    side: signed(row[side], outcome.unit) if np.isfinite(row[side]) else "none"
                    for side in ("inside", "outside")
                },
            }
        )
    return rows


def _gridded(ranked: pd.DataFrame, levers: dict[str, str]) -> bool:
    sizes = [ranked[f"lever:{lever}"].nunique() for lever in levers]
    return len(sizes) == 2 and int(np.prod(sizes)) == len(ranked) and min(sizes) > 1
