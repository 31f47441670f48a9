"""The page of `run.py validate`: every target, theirs beside ours, and a figure for each family."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from analysis import neural
from analysis.pictures.style import png
from analysis.pictures.validation import classics_picture, family_picture

Plain = Mapping[str, Any]
TEMPLATES = Path(__file__).parent / "templates"


def validation_page(
    targets: Sequence[Plain],
    not_shown: Mapping[str, tuple[str, str, str, str]],
    known: Mapping[str, str],
    compared: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[str, dict[str, bytes]]:
    """The page as Markdown, and its figures as PNG by file name.

    Args:
        targets: what came of each, as `Outcome.plain` says it.
        not_shown: identifier, and claim, source, how it is known and why it is not shown.
        known: what the letters of `known_as` mean.
        compared: cheap learners beside neural ones (`analysis.neural`); nothing where not run.
    """
    names = list(dict.fromkeys(target["family"] for target in targets))
    families = [
        {
            "name": name,
            "file": re.sub(r"\W+", "-", name),
            "targets": [_told(target) for target in targets if target["family"] == name],
        }
        for name in names
    ]
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    classics = classics_picture(targets)
    page = made.get_template("validation.md.jinja").render(
        targets=targets,
        families=families,
        passed=sum(target["passed"] for target in targets),
        failed=[target["id"] for target in targets if not target["passed"]],
        seeds=sorted({n["seed"] for target in targets for n in target["numbers"]}),
        minutes=round(sum(target["seconds"] for target in targets) / 60),
        known=known,
        classics=classics is not None,
        not_shown=not_shown,
        compared=f"{neural.BEGIN}\n{neural.section(compared)}\n{neural.END}" if compared else "",
    )
    figures = {
        f"{family['file']}.png": png(
            family_picture([t for t in targets if t["family"] == family["name"]])
        )
        for family in families
    }
    if classics is not None:
        figures["classics.png"] = png(classics)
    if compared:
        figures["neural.png"] = png(neural.picture(compared))
    return page, figures


def _said(value: float | None, form: str) -> str:
    """A number, which may be none that is finite."""
    return "not defined" if value is None else format(value, form)


def _told(target: Plain) -> dict[str, Any]:
    """The foremost number in words."""
    same = ("observed", "seed")
    foremost = next(
        (
            n
            for n in target["numbers"]
            if n["name"] == target["number"] and all(n[key] == target[key] for key in same)
        ),
        {"at": None},
    )
    at = "" if foremost["at"] is None else f" at {target['axis']} {foremost['at']:g}"
    before = {"direction": "above ", "bound": "not beyond "}.get(target["rule"], "")
    expected = before + _said(target["expected"], ".4g")
    what = f"{target['number']}{at}"
    return {
        **target,
        "source": f"*{target['source']}*",
        "note": " ".join(filter(None, (target["note"], target["failure"]))),
        "expected_text": f"{what}: {expected}",
        "observed_text": f"{_said(target['observed'], '.4g')} ± "
        + _said(target["standard_error"], ".2g"),
        "rule_text": f"{target['rule']}, of {len(target['numbers'])} numbers",
    }
