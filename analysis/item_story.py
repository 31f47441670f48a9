"""What is said of one item from step to step, and pictures, texts and answers by generation."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.card_parts import shades, worked_out
from analysis.plain import plain
from analysis.view import DomainView, View
from ecosystem.domains.domain import RowsDomain
from ecosystem.domains.exercises import Exercises
from ecosystem.domains.prose import Prose
from ecosystem.ecosystem import Ecosystem

STEPS = 200
"""Rows told of an item, the latest."""
ROWS = 12
"""Rows of documents shown beside the first, the latest."""
EXAMPLES = 3
"""Texts, or worked exercises, of a row."""
TOLD = (
    "web_documents",
    "web_false",
    "web_says",
    "models_knowing",
    "models_wrong",
    "models_say",
    "models_agreeing",
)
"""What is told of an item in a row, by the columns of the table of items."""
MEANS = {
    "web_documents": "Documents on the item that stand on the web.",
    "web_false": "Those of them that are false.",
    "web_says": "The value that most of them assert; nothing where none stands.",
    "models_knowing": "Models that would write of the item in as many documents as they last read.",
    "models_wrong": "Those of them that assert a wrong value most.",
    "models_say": "The wrong value that most models assert.",
    "models_agreeing": "Models that assert that one.",
}
"""The definition of each."""


def item_story(
    world: Ecosystem, views: Mapping[str, DomainView], domain: str, item: str
) -> dict[str, Any]:
    """What became of an item, and who says what of it now.

    Args:
        world: right after a step.
        views: of the same step, by domain.
        domain: a domain of facts or of exercises.
        item: of this domain.

    Returns:
        domain, item, truth, means (definitions), past (a row a measured step, the latest `STEPS`:
        step and the columns `TOLD`; empty where items are not kept) and now: by value, the truth
        first and then by documents, documents on the web and the models that assert it most
        (nothing of exercises, of whose documents nobody knows the value).

    Raises:
        ValueError: a domain or an item that there is not, or a domain without items to follow.
    """
    view = views.get(domain)
    if not isinstance(view, View) and not isinstance(getattr(view, "domain", None), Exercises):
        raise ValueError(f"domain: given {domain!r}, allowed a domain of facts or exercises")
    assert view is not None
    if item not in view.domain.items:
        raise ValueError(f"item: given {item!r}, allowed an item of {domain}")
    place = view.domain.items.index(item)
    rows = world.datacollector.held["items"] if world.datacollector is not None else None
    parts = rows.found(STEPS, wanted={"item": item}, domain=domain) if rows is not None else []
    past = []
    for part in parts:
        at = place if len(part["item"]) > 1 else 0  # on disk only the row of the item was read
        past.append({name: part[name][at] for name in ("step", *TOLD)})
    return {
        "domain": domain,
        "item": item,
        "truth": view.domain.label(place, 0),
        "means": MEANS,
        "past": plain(past),
        "now": _now(view, place) if isinstance(view, View) else [],
    }


def _now(view: View, item: int) -> list[dict[str, Any]]:
    """By value, who asserts it: the truth first, then those with most documents."""
    domain, web, leading = view.domain, view.web[item], view.leading[:, item]
    said = np.unique(np.concatenate([[0], np.flatnonzero(web > 0), leading[leading >= 0]]))
    order = sorted(said.tolist(), key=lambda slot: (slot > 0, -web[slot], slot))
    return [
        {
            "value": domain.label(item, slot),
            "true": slot == 0,
            "documents": round(float(web[slot]), 2),
            "models": [view.models[m].name for m in np.flatnonzero(leading == slot)],
        }
        for slot in order
    ]


def generations(world: Ecosystem, domain: str) -> list[dict[str, Any]]:
    """Documents of humans at the start, and by models in turn: the first row and the last ones.

    Args:
        world: right after a step.
        domain: one of rows: pictures, worked exercises or prose.

    Returns:
        A row a step and who ("humans" or "models"), `ROWS` and the first two at most: step, who
        and documents: of pictures the 8 x 8 shades from 0 to 1, row by row, and as `average` those
        of the mean of many; of exercises question, answer and whether it is right; else texts.
        Empty where no documents are kept.

    Raises:
        ValueError: a domain of facts, or one that there is not.
    """
    field: Any = world.domains.get(domain)
    if not isinstance(field, RowsDomain):
        raise ValueError(f"domain: given {domain!r}, allowed one of pictures, exercises or prose")
    rows = world.datacollector.held["samples"] if world.datacollector is not None else None
    if rows is None:
        return []
    parts = rows.found(1, latest=False, domain=domain, who="humans")
    parts += rows.found(1, latest=False, domain=domain, who="models")
    latest = rows.found(ROWS, domain=domain, who="models")
    shown = {(int(part["step"][0]), str(part["who"][0])): part for part in [*parts, *latest]}
    return [
        {"step": step, "who": who, **_documents(field, part)} for (step, who), part in shown.items()
    ]


def _documents(field: Any, part: Mapping[str, Any]) -> dict[str, Any]:
    """Documents of a row as a page shows them."""
    if isinstance(field, Prose):
        return {"documents": [str(text) for text in part["text"][:EXAMPLES]]}
    rows = np.asarray(part["value"]).reshape(-1, field.width)
    if isinstance(field, Exercises):
        return {"documents": [worked_out(field, row) for row in rows[1 : 1 + EXAMPLES]]}
    return {"documents": shades(field, rows[1:]), "average": shades(field, rows[0])}
