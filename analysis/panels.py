"""The few curves that tell a run at a glance: beside the live picture, and in an animation."""

from collections.abc import Collection
from dataclasses import dataclass

from analysis.collector import definitions, meter_classes
from analysis.pictures.style import FALSE, HUMAN, INK, MACHINE
from analysis.pictures.subjects import subject

Choice = tuple[tuple[str, ...], ...]
"""Columns (without their domain) that may be drawn together, the first that a run has wins."""
CHOICES: tuple[tuple[str, Choice], ...] = (
    ("Rare things still spoken of", (("tail_coverage",), ("rare_words",), ("recall",))),
    (
        "How unlike the models write",
        (("divergence_groups",), ("divergence",), ("style_divergence",)),
    ),
    ("Items a model has wrong", (("leading_false",), ("test_error",))),
    ("False text, over human error", (("amplification",),)),
    (
        "Common and edge cases",
        (("accuracy_common", "accuracy_edge"), ("answers_1", "answers_4")),
    ),
    ("Variety", (("variance",), ("hill_1",), ("vocabulary",))),
)
SYNTHETIC = ("synthetic_share", "synthetic_read")
PANEL_METERS = sorted(
    kind
    for kind, meter in meter_classes().items()
    if {name for _, choices in CHOICES for choice in choices for name in choice}.union(SYNTHETIC)
    & set(meter.columns)
)
"""Kinds of meters that panels need."""
NAMES = {
    "accuracy_common": "common",
    "accuracy_edge": "edge cases",
    "answers_1": "one fact",
    "answers_4": "four facts",
    "synthetic_share": "standing",
    "synthetic_read": "read",
}
"""What the lines of one panel are told apart by."""


@dataclass(frozen=True)
class Line:
    """One curve of a panel.

    Attributes:
        column: of the table of steps; `of_models` ones have a median and a range over models.
        name: what tells it from others of its panel, "" where it is alone.
        colour: of the line.
        text: the definition of the column.
        of_models: whether each model has a value of its own.
    """

    column: str
    name: str
    colour: str
    text: str
    of_models: bool


@dataclass(frozen=True)
class Panel:
    """One small chart.

    Attributes:
        title: what it shows, in a few words.
        domain: of which domain, "" for the whole web.
        unit: of its lines.
        better: whether losing it is the harm ("more"), having it is ("less"), or neither ("").
        lines: one or two.
    """

    title: str
    domain: str
    unit: str
    better: str
    lines: tuple[Line, ...]

    @property
    def columns(self) -> list[str]:
        """All columns of the table of steps that it draws."""
        ends = ("", ".median", ".min", ".max")
        return [
            line.column + end for line in self.lines for end in (ends if line.of_models else ("",))
        ]


def panels(columns: Collection[str], domains: Collection[str]) -> list[Panel]:
    """The panels of a run, six or seven where it has what they show.

    Args:
        columns: of its table of steps.
        domains: its domains; of those that have what a panel shows, it shows the first.
    """
    found = []
    for title, choices in CHOICES:
        for choice in choices:
            domain = next(
                (d for d in domains if all(f"{d}.{name}" in columns for name in choice)), None
            )
            if domain is not None:
                found.append(_panel(title, domain, choice))
                break
    own = tuple(name for name in SYNTHETIC if f"web.{name}" in columns)
    if own:
        found.append(_panel("Text written by models", "", own))
    return found


def _panel(title: str, domain: str, names: tuple[str, ...]) -> Panel:
    prefix = f"{domain}." if domain else "web."
    known = definitions()
    about = [known[name if domain else f"web.{name}"] for name in names]
    subjects = [subject(name) for name in names]
    worse = bool(domain) and subjects[0].better == "less"
    colours = [FALSE if worse else MACHINE, INK if domain else HUMAN]
    if names[0] in ("accuracy_common", "answers_1"):
        colours = [INK, MACHINE]
    lines = tuple(
        Line(
            f"{prefix}{name}",
            NAMES.get(name, "") if len(names) > 1 else "",
            colour,
            one.text,
            one.each == "model",
        )
        for name, one, colour in zip(names, about, colours, strict=False)
    )
    better = subjects[0].better if domain else ""
    if names == ("amplification",):
        better, lines = "less", (Line(**{**vars(lines[0]), "colour": FALSE}),)
    return Panel(title, domain, about[0].unit, better, lines)
