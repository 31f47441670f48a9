"""Who can be asked to comply with a policy, and who of them does."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecosystem.draws import Draws


@dataclass(frozen=True)
class Actors:
    """Names of all models, human communities and sites of a run, in any order."""

    models: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


def by_lot(draws: Draws, decision: str, names: Sequence[str], share: float) -> frozenset[str]:
    """A share of names, by lot: as many as it asks for, up to rounding.

    Every name draws a lot. In their order the i-th of N (from 0) is in where i + u < share N, u
    uniform and one for all (systematic sampling, Madow & Madow 1944). So share N, rounded down or
    up, are in; each name with probability `share`; a greater share only adds names.

    Args:
        draws: of the run.
        decision: names the lots.
        names: all who take part, in any order, each once.
        share: 0 to 1.
    """
    lots = {name: draws.stream(decision, 0, name).random() for name in names}
    u = draws.stream(decision).random()
    ordered = sorted(names, key=lambda name: (lots[name], name))
    return frozenset(name for i, name in enumerate(ordered) if i + u < share * len(ordered))
