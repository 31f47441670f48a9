"""The answer to: where does this falsehood come from, how did it spread, who has it from whom?"""

from dataclasses import asdict
from itertools import groupby
from typing import Any

import pandas as pd

from analysis import lineage
from analysis.plain import plain
from analysis.run import Run
from analysis.stories import BEGAN, story
from analysis.wording import counted, moment, number

SHOWN = 5
"""Lines, and models, that are named in the terminal."""
MOSTLY = 0.5
"""Share from which on an author writes a claim more often than not."""


def answer(run: Run, domain: str, item: str, value: str) -> dict[str, Any]:
    """All there is to say of one falsehood that was traced, as plain data.

    Returns:
        claim (domain, item, value, truth); sentence; figures (as in `analysis.stories.Story`);
        lines (its origins, as in `analysis.lineage.lines`, with their dates); reproduction (R by
        step); models (those that assert it at the end, the surest first: share, and three paths:
        from where it has it now, how it first came to write it more often than not, and by which
        way it came with most weight; a path is a list of events from its origin on). What is not
        defined or never comes is None.

    Raises:
        ValueError: it was not traced, or nobody ever asserted it.
    """
    told = story(run, domain, item, value)
    events = lineage.of_claim(run.claims, domain, item, value)
    held = events[(events["until"] < 0) & (events["generation"] >= 0)]
    figures = asdict(told)
    claim = {key: figures.pop(key) for key in ("domain", "item", "value", "truth")}
    found = {
        "claim": claim,
        "sentence": figures.pop("sentence"),
        "figures": figures,
        "lines": [
            {**row, "date": moment(run, row["step"])}
            for row in lineage.lines(events).to_dict("records")
        ],
        "reproduction": [
            {"step": step, "reproduction": value}
            for step, value in lineage.reproduction_by_step(events).items()
        ],
        "models": [
            {
                "author": author,
                "share": share,
                "path": _path(run, events, lineage.path(events, event)),
                "first_path": _path(run, events, lineage.first_path(events, author, MOSTLY)),
                "heaviest_path": _path(run, events, lineage.heaviest_path(events, author)),
            }
            for event, author, share in held.sort_values("share", ascending=False, kind="stable")[
                ["event", "author", "share"]
            ].itertuples(index=False)
        ],
    }
    answered: dict[str, Any] = plain(found)
    return answered


def told(answer: dict[str, Any]) -> str:
    """An answer as text for the terminal."""
    figures = answer["figures"]
    said = [answer["sentence"], "", "It began with (share of all documents that ever said so)"]
    published = [line for line in answer["lines"] if line["documents"] > 0]
    for line in published[:SHOWN]:
        began = BEGAN[line["kind"]].format(author=line["author"])
        models = counted(line["models"], "model") if line["models"] else "no model"
        said.append(
            f"  {number(line['part'], 'share'):>8}  {began}, {line['date']}; taken up by {models}"
        )
    others = len(answer["lines"]) - len(published[:SHOWN])
    said += [f"  {'':>8}  and {counted(others, 'other origin')} of less or nothing"] * (others > 0)
    said += ["", "It spread"]
    for name, text in (
        ("reproduction", "R, the share passed on for each share held (1: it keeps its own)"),
        ("doubling", "steps in which its share doubled while it grew"),
        ("half_life", "steps from its peak to less than half of it"),
        ("echo", "documents for each independent origin at its peak"),
        ("depth", "passages from an origin at most"),
    ):
        value = figures[name]
        said.append(f"  {number(value) if value is not None else 'none':>8}  {text}")
    if answer["models"]:
        said += ["", "Where the models that are surest of it at the end have it from"]
    for model in answer["models"][:SHOWN]:
        said.append(
            f"  {model['author']} ({number(model['share'], 'share')} of what it writes on it)"
        )
        said += [f"    {step}" for step in _steps(model["path"])]
    return "\n".join(said)


def _path(run: Run, events: pd.DataFrame, numbers: list[int]) -> list[dict[str, Any]]:
    columns = ["event", "author", "step", "kind", "site", "source", "share"]
    rows: list[Any] = events.loc[numbers, columns].to_dict("records")
    return [row | {"date": moment(run, row["step"])} for row in rows]


def _steps(path: list[dict[str, Any]]) -> list[str]:
    """A path in words, generations in which a model only kept it left out."""
    found: list[str] = []
    for kept, rows in groupby(path, lambda row: bool(row["kind"] == "kept")):
        if kept:
            generations = counted(len(list(rows)), "generation")
            found[-1] += f", and kept it for {generations}"
            continue
        for row in rows:
            if row["kind"] in BEGAN:
                text = BEGAN[row["kind"]].format(author=row["author"])
            elif row["kind"] == "learnt":
                text = f"{row['author']} learnt it by asking {row['source']}"
            else:
                place = f" on {row['site']}" if row["site"] else ""
                text = f"{row['author']} read it in a text by {row['source']}{place}"
            found.append(f"{text}, {row['date']}")
    return found
