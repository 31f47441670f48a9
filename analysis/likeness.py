"""Inbreeding coefficients in words: whom somebody is as inbred as."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Relation:
    """A degree of inbreeding that people have a name for."""

    inbreeding: float
    words: str


COUSINS = Relation(0.0625, "a child of first cousins")
RELATIONS = (
    Relation(0.5, "the child of one parent alone (a generation of selfing)"),
    Relation(0.25, "a child of brother and sister"),
    Relation(0.125, "a child of uncle and niece"),
    COUSINS,
    Relation(0.015625, "a child of second cousins"),
    Relation(0.00390625, "a child of third cousins"),
    Relation(0.0009765625, "a child of fourth cousins"),
)
"""Wright's F of single consanguineous matings (closed forms)."""


def likeness(inbreeding: float, people: Mapping[str, float]) -> str:
    """An inbreeding coefficient in words: whom it is as inbred as.

    Args:
        inbreeding: 0 to 1.
        people: F of people by name, to be compared with.
    """
    if inbreeding > max([*people.values(), RELATIONS[1].inbreeding]):
        most = max(people, key=lambda name: people[name])
        return f"more inbred than {most} ({people[most]:.3f})"
    least = RELATIONS[-1]
    if inbreeding < least.inbreeding / 2:
        return f"less inbred than {least.words} ({least.inbreeding:.4f})"
    known = [Relation(f, name) for name, f in people.items() if f > 0] + list(RELATIONS)
    nearest = min(known, key=lambda each: abs(np.log(each.inbreeding / inbreeding)))
    return f"about as inbred as {nearest.words} ({nearest.inbreeding:.3g})"
