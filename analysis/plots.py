"""Figures of a run, of replicates, of a run against its baselines; all as matplotlib `Figure`s."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import ancestry_plots, beside, worked
from analysis.ablation import Ablation
from analysis.ancestry import Ancestry, ancestries
from analysis.pictures import branches, curves, effects, path, reasoning, strips, style, world
from analysis.pictures.subjects import BY_GENERATION, OVERVIEW, drawn, subject
from analysis.run import Run

Runs = Run | Sequence[Run]
Baselines = Mapping[str, Sequence[Run]]
HEADING = 0.3
"""Inches above a row of plots for the name of its domain."""


def as_runs(runs: Runs) -> list[Run]:
    """One run or replicates, as a list; `ValueError` where there is none."""
    found = [runs] if isinstance(runs, Run) else list(runs)
    if not found:
        raise ValueError("runs: given none, allowed one run or more")
    return found


def overview(runs: Runs) -> Figure:
    """The main curves on one sheet: who writes the web, and four meters of every domain."""
    several = as_runs(runs)
    one = several[0]
    rows = []
    for domain in one.domains:
        shown = {what.column for what in drawn(one, domain)}
        rows.append((domain, [subject(c) for c in OVERVIEW if c in shown]))
    web = "web.synthetic_share" in one.metrics
    across = max([2 if web else 1, *(len(row) for _, row in rows)])
    wide, high = style.PANEL
    made = style.figure(wide * across, (high + HEADING) * len(rows) + high * web)
    top = made.get_figheight()

    def place() -> Axes:
        return made.add_axes((0, 0, 1, 1))  # until it is fitted

    if web:
        top -= high
        for i, draw in enumerate((curves.origins, curves.volumes)):
            axes = place()
            draw(axes, several)
            style.fit(axes, wide * i, top)
    for domain, row in rows:
        top -= HEADING + high
        at = (top + high + 0.1) / made.get_figheight()
        made.text(0.1 / wide / across, at, style.plain(domain, 60), fontsize=12, color=style.WEB)
        for i, what in enumerate(row):
            axes = place()
            curves.over_time(axes, several, domain, what)
            style.fit(axes, wide * i, top)
    return made


def curve(runs: Runs, domain: str, column: str) -> Figure:
    """One meter over time: mean, median and range over models; bands for replicates."""
    made, axes = style.panel()
    curves.over_time(axes, as_runs(runs), domain, subject(column))
    style.fit(axes)
    return made


def generations(runs: Runs, domain: str, column: str) -> Figure:
    """One meter by model generation, 0 to 5 marked."""
    made, axes = style.panel()
    curves.by_generation(axes, as_runs(runs), domain, subject(column))
    style.fit(axes)
    return made


def against(runs: Runs, baseline: Baselines, domain: str, column: str) -> Figure:
    """One meter of a run and of each of its baselines, over time."""
    made, axes = style.panel()
    curves.against(axes, as_runs(runs), baseline, domain, subject(column))
    style.fit(axes)
    return made


def there_and_back(runs: Runs, domain: str, baseline: Baselines | None = None) -> Figure:
    """What is known against how much of what is read is human, where that went and came again."""
    made, axes = style.panel()
    path.draw(axes, as_runs(runs), baseline or {}, domain)
    style.fit(axes)
    return made


def several_facts(runs: Runs, domain: str) -> Figure:
    """How questions fare by the number of facts they take, at the start and at the end."""
    made, axes = style.panel()
    reasoning.draw(axes, as_runs(runs), domain)
    style.fit(axes)
    return made


def mechanisms(ablation: Ablation, domain: str, column: str) -> Figure:
    """What each mechanism does to one meter, at the end and since row 0."""
    full = f"{domain}.{column}"
    found, together = ablation.effects(full), ablation.at_once(full)
    made, axes = effects.panel(list(found), len(found) + 2 + (together is not None))
    effects.draw(axes, subject(column), found, together, ablation.change(full))
    return made


def synthetic(runs: Runs) -> Figure:
    """How much of what is published, stands and is read was written by models."""
    made, axes = style.panel()
    curves.origins(axes, as_runs(runs))
    style.fit(axes)
    return made


def volumes(runs: Runs) -> Figure:
    """New documents a step, by humans and by models."""
    made, axes = style.panel()
    curves.volumes(axes, as_runs(runs))
    style.fit(axes)
    return made


def world_picture(run: Run, first: int, last: int, title: str = "") -> Figure:
    """Who writes where and who reads it, in a window of steps; `ValueError` without a ledger."""
    made = style.figure(*style.FLOWS)
    axes = made.add_axes((0, 0.01, 1, 0.93))
    world.draw(axes, run, first, last, title or f"Steps {first} to {last}")
    return made


def windows(run: Run) -> list[tuple[int, int]]:
    """The first and the last tenth of the steps, at least four steps each where there are eight."""
    last = int(run.metrics["step"].iloc[-1])
    if last < 1:
        return []
    if last < 8:
        return [(1, last)]
    length = max(4, last // 10)
    return [(1, length), (last - length + 1, last)]


def all_figures(
    runs: Runs,
    baseline: Baselines | None = None,
    ablation: Ablation | None = None,
    lines: Mapping[str, Ancestry] | None = None,
) -> dict[str, Callable[[], Figure]]:
    """Every figure that the results allow, by file name, to be drawn when called.

    Args:
        runs: a run, or its replicates.
        baseline: by name, the runs to compare with.
        ablation: the runs without each mechanism.
        lines: the ancestry of each domain of the first run (`analysis.ancestry.ancestries`),
            where they were made already.
    """
    several = as_runs(runs)
    one = several[0]
    lines = ancestries(one) if lines is None else lines
    found: dict[str, Callable[[], Figure]] = {"overview": partial(overview, several)}
    if one.nodes is not None and one.nodes.num_rows:
        for name, window in zip(("world_start", "world_end"), windows(one), strict=False):
            found[name] = partial(world_picture, one, *window, title=words(one, *window))
    if "web.synthetic_share" in one.metrics:
        found["web_synthetic"] = partial(synthetic, several)
        found["web_volumes"] = partial(volumes, several)
    for domain in one.domains:
        for what in drawn(one, domain):
            key, column = f"{slug(domain)}_{what.column}", what.column
            found[key] = partial(curve, several, domain, column)
            if column in BY_GENERATION and what.of_models:
                found[f"{key}_by_generation"] = partial(generations, several, domain, column)
            if baseline:
                found[f"{key}_against"] = partial(against, several, baseline, domain, column)
        if path.column(one, domain) is not None:
            found[f"{slug(domain)}_path"] = partial(there_and_back, several, domain, baseline)
        if reasoning.rows(several, domain):
            found[f"{slug(domain)}_facts"] = partial(several_facts, several, domain)
        if not strips.shown(one, domain).empty:
            found[f"{slug(domain)}_strip"] = partial(strips.draw, one, domain)
        for name, other in beside.that_draw(one, baseline or {}, domain).items():
            found[f"{slug(domain)}_strip_beside_{slug(name)}"] = partial(
                strips.draw, one, domain, {name: other}
            )
        if not worked.table(one, domain).empty:
            found[f"{slug(domain)}_branches"] = partial(branches.draw, several, domain)
        for name, others in beside.that_solve(one, baseline or {}, domain).items():
            found[f"{slug(domain)}_branches_beside_{slug(name)}"] = partial(
                branches.draw, several, domain, {name: others}
            )
        if domain in lines:
            for name, draw in ancestry_plots.figures(several, domain, lines[domain]).items():
                found[f"{slug(domain)}_ancestry_{name}"] = draw
        if ablation is not None and ablation.without:
            for column in ablation.measured(domain):
                key = f"{slug(domain)}_{column}_mechanisms"
                found[key] = partial(mechanisms, ablation, domain, column)
    for domain, draw in ancestry_plots.falsehoods(one).items():
        found[f"{slug(domain)}_ancestry_falsehood"] = draw
    return found


def save_figures(
    runs: Runs,
    folder: Path | str,
    baseline: Baselines | None = None,
    ablation: Ablation | None = None,
    lines: Mapping[str, Ancestry] | None = None,
) -> list[str]:
    """Write every figure as PNG and SVG into a folder; their names without the ending."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    names = []
    for name, draw in all_figures(runs, baseline, ablation, lines).items():
        made = draw()
        (target / f"{name}.svg").write_text(style.svg(made), encoding="utf-8")
        (target / f"{name}.png").write_bytes(style.png(made))
        names.append(name)
    return names


def slug(name: str) -> str:
    """A name as part of a file name; unlike names stay unlike."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "domain"
    if plain == name:
        return name
    return f"{plain}-{sum((i + 1) * ord(c) for i, c in enumerate(name)) % 99991}"


def words(run: Run, first: int, last: int) -> str:
    """A window of steps in words: years where there are dates."""
    said = f"steps {first} to {last}" if last > first else f"step {first}"
    when, dated = style.times(run.metrics)
    if not dated:
        return said[0].upper() + said[1:]
    steps = run.metrics["step"].to_numpy()
    at = np.searchsorted(steps, [first, last]).clip(0, len(steps) - 1)
    years = sorted({style.year(when[place]) for place in at})
    return f"{' to '.join(map(str, years))} ({said})"
