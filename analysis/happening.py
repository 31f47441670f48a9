"""Lines of an event log: what happened, in words, and how many things are told at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

EACH, MOST = 2, 6
"""Lines of one kind and domain in a step, and lines in all, before the rest is summed up."""
KINDS = {
    "figure": "down far from the start",
    "believed": "got wrong by most models",
    "forgotten": "known to no model any more",
    "web false": "led by a falsehood on the web",
    "reads synthetic": "fed mostly synthetic text now",
    "filled": "mostly synthetic now",
    "returned": "known to a model again",
    "corrected": "got wrong by few models now",
    "web true": "led by the truth on the web again",
    "reads human": "fed mostly human text again",
    "cleared": "less synthetic again",
}
"""Kinds of happening, the weightiest first: what is said of those that are summed up."""


@dataclass(frozen=True)
class Happening:
    """A line of the event log.

    Attributes:
        step: when.
        kind: which line was crossed (`KINDS`), or "rest": others, summed up.
        text: in words.
        domain, item, value: what it is about; a value is a falsehood that can be followed.
        who: the model or site that it is about.
    """

    step: int
    kind: str
    text: str
    domain: str = ""
    item: str = ""
    value: str = ""
    who: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass
class News:
    """What happened of one kind in one domain.

    Attributes:
        kind: one of `KINDS`.
        counted: so many things that it happens to, in words, perhaps "other" ones.
        lines: fields of happenings, the weightiest first.
    """

    kind: str
    counted: Callable[[int, bool], str]
    lines: list[dict[str, str]] = field(default_factory=list)


def told(step: int, news: Iterable[News]) -> Iterator[Happening]:
    """The weightiest lines of a step, `MOST` at most, and one in which the others are counted."""
    room = MOST
    unsaid: dict[str, list[str]] = {}
    for one in sorted(news, key=lambda each: list(KINDS).index(each.kind)):
        shown = one.lines[: min(EACH, room)]
        yield from (Happening(step, one.kind, **line) for line in shown)
        room -= len(shown)
        if more := len(one.lines) - len(shown):
            unsaid.setdefault(one.kind, []).append(one.counted(more, bool(shown)))
    if unsaid:
        yield Happening(step, "rest", "and " + "; ".join(map(_summed, unsaid, unsaid.values())))


def _summed(kind: str, things: list[str]) -> str:
    """'14 other birds and 1 event are known to no model any more'."""
    one = len(things) == 1 and things[0].startswith("1 ")
    return f"{' and '.join(things)} {'is' if one else 'are'} {KINDS[kind]}"


def counting(one: str) -> Callable[[int, bool], str]:
    """How so many of something are called."""
    return lambda n, other: f"{n} {'other ' * other}{one}{'s' * (n != 1)}"
