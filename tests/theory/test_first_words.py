"""A-01 in prose: the first words of documents are drawn with replacement, generation by generation.

Whatever a document goes on to say, it has one first word, and a model by maximum likelihood begins
its documents as often with each word as those it read. So first words drift as the items of
an encyclopedia do.
"""

import numpy as np
import pytest

from ecosystem.domains.prose import Prose, ProseSpec
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, Floats, Plain, identity, lineages, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
SHORT: Plain = {"kind": "prose", "width": 3, "vocabulary": 40}


def first_words(world: Ecosystem) -> Floats:
    """(R, V) share of each first word in what every model has learnt."""
    found = []
    for model in world.models():
        learner = model.learners[DOMAIN]
        every = np.zeros((learner.domain.tokens, 3), dtype=np.int64)
        every[:, 0] = np.arange(learner.domain.tokens)
        found.append(learner.plain().chances(every)[:, 0])
    return np.array(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_diversity_of_first_words_is_lost_by_1_over_n_a_generation(
    seed: int, order: int
) -> None:
    """E[H_t] = H_0 (1 - 1/n)^t, H = 1 - sum q^2; fitted to n human documents, row 0 is t = 1."""
    n, rows, replicates = 30, (0, 2, 8), 300
    given = lineages(
        seed,
        max(rows),
        replicates,
        n,
        SHORT,
        learner={"kind": "ngram", "order": order},
        start={"kind": "fitted", "documents": n},
    )
    seen = watch(given, rows, first_words)
    human = Prose("human", ProseSpec(width=3, vocabulary=40)).reference()[:, 0]
    start = 1 - np.square(np.bincount(human) / human.size).sum()
    left = {t: start * (1 - 1 / n) ** (t + 1) for t in rows}
    diversity = {t: 1 - identity(seen[t], seen[t]) for t in rows}
    family = {f"H, row {t}": (diversity[t], left[t]) for t in rows}
    if order == 1:  # its first words are words alone, of which every document has several
        fails("A-01 of first words in a model of words alone", seed, {"row 8": family["H, row 8"]})
    else:
        holds(f"A-01 of first words, order {order}, n = {n}", seed, family)
