"""What to choose when nobody knows which world it is: regret, the worst case, the mean.

With v(a, w) the mean over replicates of an outcome under arm a in world w, counted so that more is
better (an outcome that should be low is taken negative), and doing nothing among the arms:

    regret(a, w) = max over b of v(b, w) - v(a, w)
    minimax regret: the arm with the least largest regret over the worlds (Savage 1951)
    mean regret:    the arm with the least mean regret, all worlds alike
    maximin:        the arm with the best worst case, max of min over w of v(a, w) (Wald 1945)

Each is the best of noisy means, so that the regret of all others is somewhat too large. How much a
choice hangs on chance is said by a bootstrap over the replicates, drawn for all arms and worlds
together, since they share their draws: how often each arm is the choice.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np
import pandas as pd

from analysis.layers import Floats
from analysis.study_array import arms_of, array, worlds_of

BASELINE = "baseline"
RESAMPLES = 1000
SEED = 1
TIE = 1e-9
"""Scores no further apart than this are equal, relative to the largest payoff."""


class Rule(TypedDict):
    """One way to choose.

    Attributes:
        rule: its name.
        score: of each arm, in the order of the arms; the least is chosen.
        choice: the arms chosen, more than one where they are equal.
        chosen: share of the bootstrap in which each arm is the choice, equal ones sharing it;
            empty for one replicate.
    """

    rule: str
    score: list[float]
    choice: list[str]
    chosen: dict[str, float]


class Robust(TypedDict):
    """Arms over worlds, for one outcome.

    Attributes:
        outcome: which.
        better: "higher" or "lower".
        arms: those that were run in every world, "baseline" first.
        worlds: all.
        value: mean over replicates of the outcome as it is measured, arms by worlds.
        regret: arms by worlds, from 0.
        rules: minimax regret, mean regret, maximin (its score is minus the worst case).
        replicates: those that every arm has in every world.
        left_out: arms that were not run in every world.
    """

    outcome: str
    better: str
    arms: list[str]
    worlds: list[str]
    value: list[list[float]]
    regret: list[list[float]]
    rules: list[Rule]
    replicates: int
    left_out: list[str]


def regrets(payoff: Floats) -> Floats:
    """(..., arms, worlds) what is lost against the best arm of each world."""
    return np.asarray(payoff.max(axis=-2, keepdims=True) - payoff)


RULES: dict[str, Callable[[Floats], Floats]] = {
    "minimax regret": lambda payoff: regrets(payoff).max(axis=-1),
    "mean regret": lambda payoff: regrets(payoff).mean(axis=-1),
    "maximin": lambda payoff: -payoff.min(axis=-1),
}
"""From (arms, worlds) payoffs the score of each arm; the least is chosen."""


def robust(
    table: pd.DataFrame,
    outcome: str,
    better: str = "higher",
    arms: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Robust:
    """Which arm to choose, by three rules.

    Args:
        table: the comparison of a study.
        outcome: which.
        better: "higher" or "lower".
        arms: among which, beside doing nothing; by default all.
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        ValueError: no replicate has every arm in every world.
    """
    names, worlds = list(arms_of(table) if arms is None else arms), worlds_of(table)
    values = array(table, outcome, "value", names, worlds)
    base = array(table, outcome, "baseline", names, worlds)
    first = np.isfinite(base).argmax(axis=0)
    nothing = np.take_along_axis(base, first[None], axis=0)
    values = np.concatenate([nothing, values])
    names = [BASELINE, *names]
    somewhere = np.asarray(np.isfinite(values).any(axis=2))
    run = np.asarray(somewhere.all(axis=1))
    kept = values[run]
    whole = np.isfinite(kept).all(axis=(0, 1))
    if not whole.any() or run.sum() < 2:
        raise ValueError(
            f"{outcome}: given no replicate that has every arm in every world, allowed one or more"
        )
    kept = kept[:, :, whole]
    chosen = [name for name, there in zip(names, run, strict=True) if there]
    sign = 1.0 if better == "higher" else -1.0
    payoff = sign * kept.mean(axis=2)
    return Robust(
        outcome=outcome,
        better=better,
        arms=chosen,
        worlds=worlds,
        value=kept.mean(axis=2).tolist(),
        regret=regrets(payoff).tolist(),
        rules=_rules(sign * kept, chosen, resamples, seed),
        replicates=int(whole.sum()),
        left_out=[name for name, there in zip(names, run, strict=True) if not there],
    )


def _rules(values: Floats, arms: Sequence[str], resamples: int, seed: int) -> list[Rule]:
    """By each rule the choice, and how often each arm is it; (arms, worlds, replicates)."""
    replicates = values.shape[2]
    rng = np.random.default_rng(seed)
    drawn = rng.integers(replicates, size=(resamples, replicates))
    often = {rule: np.zeros(len(arms)) for rule in RULES}
    size = float(np.abs(values).max())
    if replicates > 1:
        for places in drawn:
            payoff = values[:, :, places].mean(axis=2)
            for rule, score in RULES.items():
                best = least(score(payoff), size)
                often[rule] += best / best.sum() / resamples
    found = []
    for rule, score in RULES.items():
        scores = score(values.mean(axis=2))
        best = least(scores, size)
        found.append(
            Rule(
                rule=rule,
                score=scores.tolist(),
                choice=[arm for arm, is_it in zip(arms, best, strict=True) if is_it],
                chosen={
                    arm: round(float(share), 9)
                    for arm, share in zip(arms, often[rule], strict=True)
                    if share > 0
                },
            )
        )
    return found


def least(scores: Floats, size: float) -> Floats:
    """1 for the least score and those equal to it, else 0; size is that of the largest payoff."""
    return np.asarray((scores <= scores.min() + TIE * size).astype(np.float64))
