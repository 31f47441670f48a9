"""The report of a run: one self-contained page that a stranger understands, and its figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from analysis import ablation_section, ancestry_section, plots, sections, settings
from analysis.ablation import Ablation
from analysis.ancestry import Ancestry, ancestries
from analysis.answers.inbreeding import CAVEAT
from analysis.inline import inline
from analysis.narrative import headline
from analysis.plots import Baselines, Runs, as_runs
from analysis.run import Run
from analysis.wording import moment, number, signed

TEMPLATES = Path(__file__).parent / "templates"


def write_report(
    runs: Runs,
    folder: Path | str,
    baseline: Baselines | None = None,
    ablation: Ablation | None = None,
) -> Path:
    """Write `report.html` and `figures/` into a folder; the path of the page.

    The page needs no other file, no script and no network. With several runs, which are
    replicates of one scenario, curves get bands, and names are those of the first.

    Args:
        runs: a run, or its replicates.
        folder: made where it is missing; what is in it is kept.
        baseline: by name, the runs to compare with, paired by their number of replicate.
        ablation: the runs without each mechanism.
    """
    several = as_runs(runs)
    others = {name: list(found) for name, found in (baseline or {}).items() if found}
    target = Path(folder)
    lines = ancestries(several[0])
    names = plots.save_figures(several, target / "figures", others, ablation, lines)
    pictures = {
        name: inline((target / "figures" / f"{name}.svg").read_text(encoding="utf-8"), name)
        for name in names
    }
    page = (
        environment()
        .get_template("report.html.jinja")
        .render(**_content(several, others, ablation, lines), pictures=pictures)
    )
    path = target / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def environment() -> jinja2.Environment:
    """Templates and filters of all pages."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "signed": signed, "slug": plots.slug}
    return made


def _content(
    runs: Sequence[Run],
    baseline: Baselines,
    ablation: Ablation | None,
    lines: Mapping[str, Ancestry],
) -> dict[str, Any]:
    one = runs[0]
    came_from = ancestry_section.sections(one, lines)
    steps = one.metrics["step"]
    return {
        "scenario": one.scenario,
        "title": one.scenario.get("title") or one.name,
        "replicates": len(runs),
        "models": int(one.agents["agent"].nunique()),
        "start": moment(one, steps.iloc[0]),
        "end": moment(one, steps.iloc[-1]),
        "steps": int(steps.iloc[-1]),
        "when": lambda step: moment(one, step),
        "headline": headline(runs, baseline),
        "control": sections.control(runs, baseline),
        "control_settings": settings.lines(one.scenario.get("control", {})),
        "could_compare": bool(one.scenario.get("humans")) and one.name != "humans_only",
        "windows": [plots.words(one, *window) for window in plots.windows(one)],
        "domains": [
            {**sections.domain(runs, name), "came_from": came_from.get(name)}
            for name in one.domains
        ],
        "caveat": CAVEAT,
        "untrue": ancestry_section.falsehoods(one),
        "collapse": sections.collapse(runs),
        "comparison": sections.comparison(runs, baseline),
        "texts_beside": sections.texts_beside(runs, baseline),
        "ablation": ablation_section.section(ablation),
        "everything": sections.everything(runs),
        "reproduce": sections.reproduce(runs),
    }
