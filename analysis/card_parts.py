"""What cards are made of: lines with their definitions, claims, documents, as plain data."""

from typing import Any

import numpy as np

from analysis.speech import claimed
from analysis.view import View
from ecosystem.corpus import Counts
from ecosystem.domains.exercises import Exercises
from ecosystem.domains.portraits import Portraits
from ecosystem.domains.prose import Prose

LISTED = 8
"""Items and claims listed on a card."""
PLACES = 6
"""Sites listed on a card."""
WRITTEN = 3
"""Documents that an author would write now, by domain."""

Line = dict[str, Any]
Section = dict[str, Any]


def line(label: str, value: str, means: str) -> Line:
    """A number or words, with the definition beside it."""
    return {"label": label, "value": value, "means": means}


def section(heading: str, lines: list[Line], **more: list[Any]) -> Section:
    """Lines under a heading, and what else there is: claims, documents."""
    return {"heading": heading, "lines": lines, **{k: v for k, v in more.items() if v}}


def claim(view: View, item: int, slot: int, documents: float) -> dict[str, Any]:
    """A falsehood that can be followed, the truth, and documents that assert it."""
    domain = view.domain
    return {
        "domain": domain.name,
        "item": domain.items[item],
        "value": domain.label(item, slot),
        "truth": domain.label(item, 0),
        "documents": round(documents, 2),
    }


def largest(values: Any, most: int) -> list[int]:
    """Places of the largest values above 0, the first of equals first."""
    order = np.argsort(-np.asarray(values), kind="stable")[:most]
    return [int(place) for place in order if values[place] > 0]


def in_words(domain: Any, written: Any) -> list[Line]:
    """Documents in words, or as pictures."""
    if not isinstance(written, Counts):
        return rows_in_words(domain, written.rows)
    cells = written.cells.reshape(domain.shape)
    return [
        {
            "domain": domain.name,
            "text": claimed(domain, int(item), int(slot)),
            "true": bool(slot == 0),
        }
        for item, slot in np.argwhere(cells > 0)
        for _ in range(int(cells[item, slot]))
    ]


def rows_in_words(domain: Any, rows: Any) -> list[Line]:
    """Documents of a domain of rows in words, or as pictures."""
    if isinstance(domain, Prose):
        return [{"domain": domain.name, "text": domain.words(row)} for row in rows]
    if isinstance(domain, Exercises):
        worked = [worked_out(domain, row) for row in rows]
        return [
            {
                "domain": domain.name,
                "text": f"{each['question']} {each['answer']}",
                "true": each["right"],
            }
            for each in worked
        ]
    return [{"domain": domain.name, "picture": shades(domain, row)} for row in rows]


def shades(domain: Any, rows: Any) -> list[Any]:
    """Pictures as shades from 0 (paper) to 1 (ink), rounded; other points as they are."""
    digits = isinstance(domain, Portraits) and domain.spec.pictures == "digits"
    found: list[Any] = np.round(np.clip(rows, 0, 1) if digits else rows, 2).tolist()
    return found


def worked_out(domain: Exercises, row: Any) -> dict[str, Any]:
    """A worked exercise: question, answer, and whether that is right."""
    question, answer, right = domain.words(row)
    return {"question": question, "answer": answer, "right": right}
