"""Who can be asked to comply with a policy, and who of them does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Actors:
    """Names of all models, human communities and sites of a run, in any order."""

    models: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


def by_lot(lot: Callable[[str], float], names: Sequence[str], share: float) -> frozenset[str]:
    """A share of names, by lot: as many as it asks for, up to rounding.

    Every name draws a lot. In their order the i-th of N (from 0) is in where i + u < share N, u
    uniform and one for all (systematic sampling, Madow & Madow 1944). So share N, rounded down or
    up, are in; each name with probability `share`; a greater share only adds names. It is a share
    of all there are: one name more may change who of the others is in.

    Args:
        lot: what a name draws, uniform from 0 to 1; that of "" is u.
        names: all who take part, in any order, each once.
        share: 0 to 1.
    """
    lots, u = {name: lot(name) for name in names}, lot("")
    ordered = sorted(names, key=lambda name: (lots[name], name))
    return frozenset(name for i, name in enumerate(ordered) if i + u < share * len(ordered))
