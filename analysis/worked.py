"""What happened to exercises, told from the tables: which cases were lost, and what is said now."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.run import Run
from analysis.wording import counted, number
from ecosystem.domains.exercises import Exercises, ExercisesSpec

SHOWN = 10
"""Worked examples in the report."""
FEW = 0.25
"""Of the models: a case that fewer get right is marked."""


def exercises(run: Run, domain: str) -> Exercises | None:
    """The domain itself, made from the scenario; None where it is of another kind."""
    spec = run.scenario["domains"].get(domain, {})
    if spec.get("kind") != Exercises.kind:
        return None
    return Exercises(domain, ExercisesSpec.model_validate(spec))


def table(run: Run, domain: str) -> pd.DataFrame:
    """The rows of a domain of exercises in the table of items, a row a step and branch."""
    if run.items.empty or "domain" not in run.items or exercises(run, domain) is None:
        return pd.DataFrame()
    return run.items[run.items["domain"] == domain]


def right(runs: Sequence[Run], domain: str) -> pd.DataFrame:
    """Share of the models that know a branch: a row a branch, a column a step; mean over runs."""
    found = []
    for run in runs:
        rows = table(run, domain)
        knowing = rows.pivot(index="item", columns="step", values="models_knowing")
        wrong = rows.pivot(index="item", columns="step", values="models_wrong")
        found.append(knowing / (knowing + wrong))
    field = exercises(runs[0], domain)
    assert field is not None
    mean = sum(found[1:], start=found[0]) / len(found)
    return mean.reindex(list(field.items))


def told(runs: Sequence[Run], domain: str) -> list[str]:
    """What the first lines of a report say of exercises; nothing for any other domain."""
    ends = {
        name: [np.mean([run.metrics[f"{domain}.{name}"].iloc[i] for run in runs]) for i in (0, -1)]
        for name in ("accuracy_edge", "accuracy_common", "branches_nobody")
        if f"{domain}.{name}" in runs[0].metrics
    }
    if len(ends) < 3 or not np.isfinite(list(ends.values())).all():
        return []
    edge, common, nobody = ends.values()
    said = (
        f"of edge cases a model gets {number(edge[1], 'share')} right ({number(edge[0], 'share')} "
        f"at the start), of common ones {number(common[1], 'share')} "
        f"({number(common[0], 'share')})"
    )
    lost = f"{counted(nobody[1], 'case')} nobody gets right ({number(nobody[0])} at the start)"
    return [said, lost]


def branches(runs: Sequence[Run], domain: str) -> dict[str, Any] | None:
    """Every branch: how many models know it, what they say, what the web says; and examples."""
    one = runs[0]
    rows, field = table(one, domain), exercises(one, domain)
    if rows.empty or field is None:
        return None
    start, end = (rows[rows["step"] == step()] for step in (rows["step"].min, rows["step"].max))
    questions = [field.words(row)[0] for row in field.examples()]
    listed = [
        {
            "item": before.item,
            "family": before.group,
            "branch": before.item.removeprefix(f"{before.group}: "),
            "edge": bool(edge),
            "share": float(topic * len(field.groups)),
            "question": question,
            "knew": before.models_knowing,
            "knows": after.models_knowing,
            "of": (
                before.models_knowing + before.models_wrong,
                after.models_knowing + after.models_wrong,
            ),
            "truth": after.truth,
            "says": after.models_say,
            "agreeing": after.models_agreeing,
            "wrong": after.web_false / after.web_documents if after.web_documents else np.nan,
        }
        for before, after, edge, topic, question in zip(
            start.itertuples(),
            end.itertuples(),
            field.edge,
            field.topics,
            questions,
            strict=True,
        )
    ]
    lost = [row for row in listed if row["knew"] and not row["knows"]]
    return {"rows": listed, "lost": lost, "examples": _examples(one, field)}


def _examples(run: Run, field: Exercises) -> list[dict[str, Any]]:
    """Worked examples kept of the last row, one by each model in turn, in words."""
    kept = run.samples
    if kept.empty:
        return []
    mine = kept[(kept["domain"] == field.name) & (kept["who"] == "models") & (kept["place"] >= 0)]
    last = mine[mine["step"] == mine["step"].max()]
    rows = last.pivot(index="place", columns="cell", values="value").sort_index().to_numpy()
    said = [field.words(row) for row in rows[:SHOWN]]
    return [{"question": q, "answer": a, "right": ok} for q, a, ok in said]
