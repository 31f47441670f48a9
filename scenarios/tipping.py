"""Searching for a tipping point: where on a lever an outcome crosses, by bisection on equal draws.

Some values are tried evenly over the range; then every gap with the threshold between its ends is
halved until it is narrow enough: that in which the mean crosses, and those in which its interval
begins and ends to (`analysis.tipping`). At every value all replicates are run, on the same streams.
Runs are stored with those of the study, by their content: none is made twice, and a search that
was stopped goes on.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.layers import Floats
from analysis.study_array import array
from analysis.tipping import Curve, TippingPoint, middles, tipping_point
from scenarios import shards
from scenarios.arm import Case, tipped
from scenarios.campaign import fill
from scenarios.designs import Tipping, label
from scenarios.pairs import comparison
from scenarios.plan import Planned, plan
from scenarios.pool import Workers
from scenarios.progress import Progress
from scenarios.study import Study
from scenarios.study_folder import open_folder


def tipping_points(
    study: Study,
    out: Path,
    executor: Executor | None = None,
    workers: int = 1,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple[list[TippingPoint], list[dict[str, Any]]]:
    """Every tipping point that a study asks for, in each of its worlds.

    Args:
        study: what is asked.
        out: its folder, where runs are stored.
        executor: where runs are made; by default `workers` processes of this machine.
        workers: how many run at once.
        strict: stop at the first run that fails; else it is left out.
        progress: called with the runs done and those to do, of each round of a search.

    Returns:
        The tipping points; and of the runs that failed world, arm (the lever and its value),
        replicate and cause.

    Raises:
        ScenarioError: a lever that there is not, or the folder is that of something else.
        RuntimeError: a run failed and `strict`.
    """
    open_folder(study, out)
    titles = {outcome.key: outcome.title for outcome in study.outcomes}
    found: list[TippingPoint] = []
    tried: list[str] = []
    with Workers(executor, workers) as makers:
        for asked in study.tipping:
            for base in study.baselines():
                curve = Curve(asked.crossed, asked.lever.whole)
                wanted: Sequence[float] = _evenly(asked)
                while wanted:
                    cases = [_case(asked, base, at) for at in wanted]
                    planned = plan(study, [base, *cases])
                    fill(out, planned, makers, strict, progress)
                    tried += [one.key for one in planned]
                    rows = _values(study, asked, out, planned, cases)
                    curve.seen |= dict(zip(wanted, rows, strict=True))
                    wanted = list(dict.fromkeys(middles(curve, asked.width)))
                among = asked.low, asked.high
                about = asked.outcome, asked.of, base.world
                title = titles[asked.outcome]
                found.append(tipping_point(curve, _named(asked), *about, among, title))
    return found, shards.failures(out, list(dict.fromkeys(tried)))


def _evenly(asked: Tipping) -> list[float]:
    """The values tried first."""
    even = np.linspace(asked.low, asked.high, asked.scan).tolist()
    return list(dict.fromkeys(float(round(at)) if asked.lever.whole else at for at in even))


def _case(asked: Tipping, base: Case, at: float) -> Case:
    """The baseline with the lever at a value."""
    made = base.changed("tipping", tipped(asked, at), {})
    return replace(made, arm=f"{_named(asked)} = {label(at)}")


def _named(asked: Tipping) -> str:
    path = asked.lever.path
    return asked.lever.title or (path if isinstance(path, str) else path[0])


def _values(
    study: Study,
    asked: Tipping,
    out: Path,
    planned: Sequence[Planned],
    cases: Sequence[Case],
) -> Floats:
    """(cases, replicates) the outcome of runs that are stored; NaN where they failed."""
    made = np.full((len(cases), study.replicates), np.nan)
    table = comparison(study, out, planned)
    if len(table):
        replicates = np.sort(table["replicate"].unique())
        arms = [case.arm for case in cases]
        made[:, replicates] = array(table, asked.outcome, asked.of, arms, [cases[0].world])[:, 0]
    return made
