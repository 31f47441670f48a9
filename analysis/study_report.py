"""The report of a study: one self-contained page for somebody who has to decide; its figures."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.inline import inline
from analysis.pictures import arms, front, levers, style, who_gains
from analysis.pictures.course import course
from analysis.pictures.of_findings import DRAW
from analysis.plots import slug
from analysis.report import environment
from analysis.study_sections import PRICED, content, gained, key, shown
from analysis.told_study import ToldStudy, Wanted


def write_study_report(told: ToldStudy, folder: Path) -> Path:
    """Write `report.html` and `figures/` into the folder of a study; the path of the page.

    The page needs no other file, no script and no network.

    Args:
        told: the study and what came of it.
        folder: made where it is missing; what is in it is kept, but for older figures.
    """
    place = folder / "figures"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.svg"):
        old.unlink()
    pictures = {}
    for name, figure in figures(told):
        drawn = style.svg(figure)
        (place / f"{name}.svg").write_text(drawn, encoding="utf-8")
        pictures[name] = inline(drawn, name)
    page = environment().get_template("study.html.jinja")
    path = folder / "report.html"
    path.write_text(page.render(**content(told), pictures=pictures), encoding="utf-8")
    return path


def figures(told: ToldStudy) -> Iterator[tuple[str, Figure]]:
    """Every figure with its name."""
    for world, outcome in shown(told):
        ranked, name = told.ranked(world, outcome), key(world, outcome)
        yield from _effects(name, outcome, ranked, told.levers)
        if (world, outcome.key) in told.curves:
            yield f"{name}_course", course(outcome, told.curves[world, outcome.key])
    for outcome in told.outcomes:
        if (priced := told.priced(outcome)) is not None:
            yield f"{key('', outcome)}_price", front.draw({**priced, "title": outcome.title})
    for world, outcome, own in gained(told):
        yield f"{key(world, outcome)}_who", who_gains.draw(outcome, own)
    for kind, several in told.findings.items():
        for at, found in enumerate(several if kind in DRAW and kind != PRICED else ()):
            yield slug(f"found_{kind}_{at}"), DRAW[kind](found)


def _effects(
    name: str, outcome: Wanted, ranked: pd.DataFrame, titles: Mapping[str, str]
) -> Iterator[tuple[str, Figure]]:
    """Levers as levers where they are numbers, and not more than two; else all arms, ranked."""
    swept = ranked[ranked[[f"lever:{lever}" for lever in titles]].notna().all(axis=1)]
    numbers = all(pd.api.types.is_numeric_dtype(swept[f"lever:{lever}"]) for lever in titles)
    whole = bool(titles) and numbers and len(swept) == len(ranked)
    if whole and len(titles) == 1:
        (lever, title), *_ = titles.items()
        yield f"{name}_along", levers.along(outcome, swept, lever, title)
    elif whole and len(titles) == 2 and _gridded(swept, titles):
        yield f"{name}_plane", levers.plane(outcome, swept, titles)
        return
    elif whole and len(titles) == 2:
        yield f"{name}_cloud", levers.cloud(outcome, swept, titles)
    if len(ranked) > arms.MOST_ROWS:
        yield f"{name}_ranks", arms.ranks(outcome, ranked)
    yield f"{name}_forest", arms.forest(outcome, ranked)


def _gridded(swept: pd.DataFrame, titles: Mapping[str, str]) -> bool:
    """Whether every value of one lever was tried with every value of the other."""
    sizes = [swept[f"lever:{lever}"].nunique() for lever in titles]
    return int(np.prod(sizes)) == len(swept) and min(sizes) > 1
