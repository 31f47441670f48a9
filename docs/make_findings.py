"""Runs every shipped study and writes `docs/findings.md` from what comes of it: `make findings`.

Numbers, sentences and pictures come from the studies' own tables, and from nothing else. Runs are
stored in `out/studies`: what is there is not made again.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.findings_told import told as in_words  # noqa: E402
from analysis.pictures import style  # noqa: E402
from analysis.study_answer import answers  # noqa: E402
from analysis.study_report import figures  # noqa: E402
from analysis.study_sections import key  # noqa: E402
from analysis.told_study import ToldStudy, Wanted  # noqa: E402
from analysis.wording import number  # noqa: E402
from scenarios.campaign import carry_out  # noqa: E402
from scenarios.findings_of import findings  # noqa: E402
from scenarios.inventory import shipped_studies  # noqa: E402
from scenarios.study import Study  # noqa: E402
from scenarios.study_report import gathered, report  # noqa: E402

PAGE = ROOT / "docs" / "findings.md"
IMAGES = ROOT / "docs" / "img" / "findings"
ORDER = (
    *("all_defences", "watermark_compliance", "partial_adoption", "too_late", "best_portfolio"),
    *("peak_data", "verification_breakdown", "monoculture_share", "reserve_size", "sensors"),
)
KINDS = ("forest", "plane", "along", "course", "price", "who")
MOST = 8
"""Arms in a table; of more the best and the worst."""


def page(studies: Sequence[str], workers: int) -> str:
    """Run the studies; the page."""
    parts, contents = [], []
    for name in studies:
        study = Study.load(name)
        out = ROOT / "out" / "studies" / name
        print(f"{name} ...", file=sys.stderr, flush=True)
        table, planned = carry_out(study, out, workers=workers)
        found = findings(study, out, table)
        report(study, out, planned, table, found)
        told = gathered(study, out, planned, table, found)
        contents.append(f"- [{told.title}](#{_anchor(told.title)}): {told.question}")
        parts.append(_section(name, told, in_words(found)))
    return "\n".join([_HEAD, *contents, "", *parts])


def _anchor(title: str) -> str:
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _section(name: str, told: ToldStudy, more: str) -> str:
    lines = [f"## {told.title}", "", f"**{told.question}**", ""]
    lines += [f"{answer}\n" for answer in answers(told)]
    lines += _pictures(name, told)
    for world in told.worlds:
        lines += _table(told, world)
    if more:
        lines += ["<details><summary>Beyond single arms</summary>", "", "```text", more, "```", ""]
        lines += ["</details>", ""]
    saved = [f"{one.title} {_times(ratio)}" for one, ratio in told.pairing()]
    lines += [
        f"*`run.py study {name}`, {told.replicates} replicates. Without pairing it would take, for "
        f"the same certainty: {'; '.join(saved)}.*",
        "",
    ]
    return "\n".join(lines)


def _table(told: ToldStudy, world: str) -> list[str]:
    """Differences by arm and outcome, bold where the sign is settled; sweeps as they are swept."""
    first = told.ranked(world, told.outcomes[0])
    arms = first["arm"].tolist()
    if told.levers:
        arms = [name for name in (arm["name"] for arm in told.arms) if name in arms]
    shown = arms if len(arms) <= 2 * MOST + 4 else [*arms[:MOST], *arms[-MOST:]]
    head = [
        f"{one.title}, {'' if one.scale == 1 else 'in points, '}"
        f"{'higher' if one.sign > 0 else 'lower'} is better"
        for one in told.outcomes
    ]
    lines = [f"| {world or 'arm'} | {' | '.join(head)} |", "|---" * (1 + len(head)) + "|"]
    ranked = {one.key: told.ranked(world, one).set_index("arm") for one in told.outcomes}
    base = [number(ranked[one.key]["baseline"].iloc[0], one.unit) for one in told.outcomes]
    lines.append(f"| *baseline* | {' | '.join(base)} |")
    for arm in shown:
        cells = [_cell(one, ranked[one.key].loc[arm].to_dict()) for one in told.outcomes]
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cell(outcome: Wanted, row: dict[str, float]) -> str:
    change = outcome.change(row["difference"])
    if not np.isfinite(row["low"]):
        return change
    text = f"{change} {outcome.band(row['low'], row['high'])}"
    return f"**{text}**" if row["settled"] else text


def _pictures(name: str, told: ToldStudy) -> list[str]:
    """The pictures of the first outcome: what it does, what it costs, who gains."""
    first = {
        f"{key(world, told.outcomes[0])}_{kind}": f"{name}_{kind}{number or ''}"
        for number, world in enumerate(told.worlds)
        for kind in KINDS
    }
    lines = []
    for picture, figure in figures(told):
        if picture in first:
            IMAGES.mkdir(parents=True, exist_ok=True)
            (IMAGES / f"{first[picture]}.png").write_bytes(style.png(figure))
            lines += [f"![{told.title}](img/findings/{first[picture]}.png)", ""]
    return lines


def _times(ratio: float) -> str:
    if np.isnan(ratio):
        return "not known"
    return f"{number(ratio)} times as many" if np.isfinite(ratio) else "any number"


_HEAD = """# Findings

What the shipped studies answer, written from their own output by `make findings`. Every number is a
mean paired difference to the baseline on the same random draws, with Student's 95 % interval; bold
where its sign is settled. Among so many intervals one in twenty leaves out 0 by chance.

What pairing saves is told at the end of each: how many times as many replicates unpaired runs would
take. It is small, even 1, for counts of rare events such as species on which a false claim leads:
whether one does hangs on few documents, and which documents are drawn differs as soon as a policy
changes what there is to draw from.

*These are models, not measurements.* They show what follows from stated settings; the costs that
some name are assumptions of the studies.
"""

if __name__ == "__main__":
    missing = set(shipped_studies()) - set(ORDER)
    chosen = sys.argv[1:] or [*ORDER, *sorted(missing)]
    text = page(chosen, workers=2)
    if not sys.argv[1:]:
        PAGE.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
