"""The few curves that stand beside the picture of the web: which, of what, in what words."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from analysis.pictures.style import INK, MACHINE
from analysis.pictures.subjects import ORIGINS, Subject, subject

MOST_CURVES = 6
LADDERS = (
    ("tail_coverage", "vocabulary"),
    ("divergence_groups", "style_divergence"),
    ("leading_false", "false_share_rare", "web_wrong_edge", "test_error", "frechet"),
    ("accuracy_edge", "answers_4"),
    ("variance", "hill_1", "entropy_rate"),
)
"""What is shown of a run: of each of these the first that it measures."""
FURTHER = ("hill_1", "web_leading_false_items", "recall", "entropy_rate", "public_distance")
"""What takes the room that is left."""


class Line(NamedTuple):
    """One line of a curve: its column among the metrics, its name and its colour."""

    column: str
    name: str
    colour: str


class SmallCurve(NamedTuple):
    """A curve beside the picture.

    Attributes:
        title: what it says, in a few words.
        text: the definition of its number.
        unit: what it is counted in.
        domain: of which domain; "" for the web as a whole.
        lines: its lines, the most important first.
        ranged: whether the columns `.min` and `.max` of the first line hold a range over models.
    """

    title: str
    text: str
    unit: str
    domain: str
    lines: tuple[Line, ...]
    ranged: bool


def small_curves(domains: Sequence[str], columns: Collection[str]) -> list[SmallCurve]:
    """The curves for a run, at most six.

    Args:
        domains: of the run.
        columns: of its table of metrics.
    """
    found = []
    origins = tuple(
        Line(column, name, colour)
        for (column, _, colour), name in zip(ORIGINS, ("new", "standing", "read"), strict=True)
        if column in columns
    )
    if origins:
        text = "Share of documents: of new ones, of those that stand, of those that models read."
        found.append(SmallCurve("Text written by models", text, "share", "", origins, False))
    for ladder in (*LADDERS, *((column,) for column in FURTHER)):
        if len(found) == MOST_CURVES:
            break
        places = ((domain, column) for column in ladder for domain in domains)
        at = next((p for p in places if ".".join(p) in columns), None)
        if at is not None and not any(c.lines[0].column == ".".join(at) for c in found):
            found.append(_curve(at[0], subject(at[1]), columns))
    return found


def _curve(domain: str, what: Subject, columns: Collection[str]) -> SmallCurve:
    column = f"{domain}.{what.column}"
    ranged = what.of_models and f"{column}.min" in columns
    common = f"{domain}.accuracy_common"
    if what.column == "accuracy_edge" and common in columns:
        lines = Line(column, "edge", MACHINE), Line(common, "common", INK)
        text = "Of test problems: rare cases of a rule (edge), and those nearly all ask about."
        return SmallCurve("Cases a model gets right", text, what.unit, domain, lines, ranged)
    line = Line(column, "", what.colour)
    return SmallCurve(what.title, what.plainly or what.text, what.unit, domain, (line,), ranged)
