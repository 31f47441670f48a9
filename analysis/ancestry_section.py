"""The report's sections on where text and falsehoods came from, as values for the template."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from analysis import contamination, reading
from analysis.ancestry import MADE_UP, Ancestry
from analysis.answers import inbreeding as inbred
from analysis.attribution import conduits, origins
from analysis.inbreeding import carried
from analysis.layers import Floats
from analysis.likeness import COUSINS
from analysis.pictures import drift
from analysis.run import Run
from analysis.selves import selves
from analysis.stories import Story, stories
from analysis.wording import moment, number
from ecosystem.parentage import HUMANS

NAMED = 5
"""Sources, models and sites in a list."""
MOST_ROWS = 8
SMALL = 5e-4
"""Shares that are not worth a word."""
COUNT = dict(
    enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2)
)
Plain = dict[str, Any]


def sections(run: Run, ancestries: Mapping[str, Ancestry]) -> dict[str, Plain]:
    """What is said of each domain in which some model was trained after the start."""
    kings = inbred.spanish_kings() if any(map(carried, ancestries.values())) else []
    found = {}
    for domain, ancestry in ancestries.items():
        read = reading.shares(ancestry)
        if not read.empty:
            found[domain] = {
                "read": _read(run, ancestry, read),
                "worst": _most_contaminated(run, ancestry),
                "inbreeding": _inbreeding(run, domain, ancestry, kings),
            }
    return found


def _read(run: Run, ancestry: Ancestry, read: pd.DataFrame) -> Plain:
    """Where what models read last came from."""
    last = read.iloc[-1]
    parts = (
        (last[reading.HUMANS_OWN], "was as humans had written it"),
        (last[reading.AT_START], "was as a model had begun with it"),
        (last[list(reading.THROUGH)].sum(), "had been through one model or more"),
        (last[reading.ERRED], "goes back to what humans got wrong"),
        (last[reading.MADE_UP], "goes back to what models made up"),
    )
    return {
        "when": moment(run, int(read.index[-1])),
        "parts": [(float(share), text) for share, text in parts if share > SMALL],
        "passages": float(reading.passages(ancestry).iloc[-1]),
    }


def _most_contaminated(run: Run, ancestry: Ancestry) -> Plain | None:
    """Whose text is worst at the end, and where that comes from."""
    present = selves(run, ancestry, [int(run.metrics["step"].iloc[-1])]).iloc[0]
    present = present[present >= 0]
    if present.empty:
        return None
    measure = contamination.of_models(ancestry)
    load = measure.load(ancestry.layers)[present]
    node = int(present.iloc[int(load.argmax())])
    errors = measure.name == contamination.error_load(ancestry).name
    if not errors and not ancestry.nodes["kind"].isin(HUMANS).any():
        return None
    column = "of_errors" if errors else "share"
    ends = origins(ancestry, node)
    if errors:
        ends = ends[ends["origin"] == MADE_UP]
    lists = [
        _greatest(ends.groupby("name", sort=False)[column].sum()),
        _greatest(_through(conduits(ancestry, node, "author"), "model", column)),
        _greatest(_through(conduits(ancestry, node, "site"), "site", column)),
    ]
    return {
        "name": str(present.index[int(load.argmax())]),
        "generation": int(ancestry.nodes["generation"][node]),
        "load": float(load.max()),
        "mean": float(load.mean()),
        "several": len(present) > 1,
        "alike": _alike(load),
        "errors": errors,
        "kept": contamination.GAMMA,
        "rows": list(zip_longest(*lists, fillvalue=None)),
    }


def _alike(values: "Sequence[float] | Floats") -> bool:
    """Whether there are several, which hardly differ."""
    return len(values) > 1 and max(values) - min(values) <= 0.01 * max(values)


def _through(table: pd.DataFrame, kind: str, column: str) -> "pd.Series[float]":
    own = table[table["kind"] == kind]
    return own.set_index("name")[column]


def _greatest(shares: "pd.Series[float]") -> list[tuple[str, float]]:
    """The greatest by name."""
    ordered = shares[shares > SMALL].sort_values(ascending=False, kind="stable")
    return [(str(name), float(share)) for name, share in ordered.head(NAMED).items()]


def _inbreeding(run: Run, domain: str, ancestry: Ancestry, kings: list[Plain]) -> Plain | None:
    """How inbred the models are, beside people; None where kinship was not kept."""
    if not carried(ancestry):
        return None
    found = inbred.of_domain(run, ancestry, domain, kings)
    row, human = found["last_row"], ancestry.nodes["kind"].isin(HUMANS).any()
    neutral, there = (
        float(drift.items(np.array(row[column]))) if column in row else np.nan
        for column in ("diversity_neutral", "diversity")
    )
    return {
        **found,
        "first": found["models"][0],
        "alike": _alike([each["inbreeding"] for each in found["models"]]),
        "models": found["models"][:MOST_ROWS],
        "more": max(0, len(found["models"]) - MOST_ROWS),
        "by_humans": bool(human),
        "kings": kings,
        "as_inbred_as": [
            {**each, "when": moment(run, each["step"])} for each in found["as_inbred_as"]
        ],
        "reached": drift.reached(run, domain),
        "cousins": COUSINS.inbreeding,
        "neutral": neutral,
        "there": there,
        "excess": row.get("selection_excess", np.nan),
    }


# ---------------------------------------------------------------------- falsehoods


def falsehoods(run: Run) -> Plain | None:
    """The stories of the falsehoods that were traced; None where none were."""
    told = stories(run)
    if not told:
        return None
    return {
        "count": COUNT.get(len(told), str(len(told))),
        "rows": [_row(run, story) for story in told],
        "drawn": _leading(told),
    }


def _row(run: Run, story: Story) -> Plain:
    head = f"{story.item}, {story.value} (in truth {story.truth}): "
    return {
        "story": story,
        "said": story.sentence.removeprefix(head),
        "peak": number(story.peak_share, "share"),
        "when": moment(run, story.peak),
    }


def _leading(told: list[Story]) -> dict[str, Story]:
    """By domain the story that is drawn."""
    found: dict[str, Story] = {}
    for story in told:
        found.setdefault(story.domain, story)
    return found
