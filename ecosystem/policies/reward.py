"""Reinforcement by a reward: the best of several candidates is learnt from."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ecosystem.corpus import Corpus, Counts
from ecosystem.parameter import CONVENTION, FREE, about
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.sampling import Floats

FERBACH = "Ferbach et al. 2024 (arXiv 2407.09499); law A-34"
LEAST = 300.0
"""How far a reward, times its strength, may be behind the best: what is worse counts as that."""
STEP, FAR = 0.2, 45.0
"""Of log t in the integral of `chosen`, and how far from the largest and least weight it goes."""
TOGETHER = 2**20
"""Terms of that integral held in memory at once."""


class Reward(Policy):
    """Compliant models train on the best of K candidates, as a reward judges them.

    For every document K candidates are drawn from the crawl, and one is chosen with a chance in
    proportion to exp(strength x reward) among them (Bradley & Terry 1952; Ferbach et al. 2024).
    `checker` rewards what is right with 1 (a domain in which nothing can be wrong is left alone);
    `popularity` rewards a document by the logarithm of how many of the crawl say the same, in
    domains of rows by the logarithm of the probability that the model gave it.

    Expected (A-34): the reward rises with every round. A checker's then makes what is written more
    often right, capability with it; popularity's concentrates on what is common already and ends
    diversity.
    """

    kind: ClassVar[str] = "reward"
    outside: ClassVar[bool] = True

    reward: Literal["checker", "popularity"] = Field(
        default="checker",
        description="who judges",
        json_schema_extra=about("none", FREE),
    )
    candidates: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=4,
        description="K, candidates of which one is chosen",
        json_schema_extra=about("documents", FERBACH),
    )
    strength: Annotated[float, Field(ge=0, le=20)] = Field(
        default=1.0,
        description="of the reward, 0 chooses by lot",
        json_schema_extra=about("none", CONVENTION),
    )

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        reward = self._judged(corpus, lesson)
        if reward is None or self.candidates == 1 or self.strength == 0:
            return corpus
        there = corpus.amounts > 0
        weight = np.zeros(reward.shape)
        behind = reward[there] - reward[there].max()
        weight[there] = np.exp(np.maximum(self.strength * behind, -LEAST))
        pull = np.zeros(reward.shape)
        pull[there] = chosen(weight[there], corpus.amounts[there], self.candidates)
        return corpus.select(pull, lesson.rng)

    def _judged(self, corpus: Corpus, lesson: Lesson) -> Floats | None:
        """The reward of each document, or of each cell; None where nobody can judge."""
        if self.reward == "checker":
            right = lesson.domain.correct(corpus)
            return None if right is None else right.astype(np.float64)
        if isinstance(corpus, Counts):
            return np.log(np.maximum(corpus.cells, 1e-300))
        if lesson.learner.blank:
            return None
        return -np.minimum(lesson.learner.surprise(corpus), 700.0)


def chosen(weight: Floats, amount: Floats, candidates: int) -> Floats:
    """How much oftener than it was drawn each document is chosen.

    K E[w / (w + sum of the weights of K - 1 others)], exactly: 1/(w + s) is the integral over t of
    exp(-t (w + s)), so that it is K w times the integral of exp(-t w) phi(t)^(K - 1), phi(t) the
    mean of exp(-t w'); by the trapezoidal rule in log t, whose error is below rounding (the
    integrand falls doubly exponentially, Takahasi & Mori 1974).

    Args:
        weight: (m,) above 0.
        amount: (m,) how often each was drawn.
        candidates: K.
    """
    levels, place = np.unique(weight, return_inverse=True)
    share = np.bincount(place, amount, levels.size) / amount.sum()
    grid = np.arange(-FAR - np.log(levels[-1]), np.log(FAR / levels[0]) + STEP, STEP)
    integral = np.zeros(levels.size)
    for at in range(0, grid.size, rows := max(1, TOGETHER // levels.size)):
        t = np.exp(grid[at : at + rows])[:, None]
        decay = np.exp(-t * levels)
        others = (decay @ share)[:, None] ** (candidates - 1)
        integral += (decay * others * t * STEP).sum(axis=0)
    return np.asarray(candidates * levels * integral)[place]
