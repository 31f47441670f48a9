"""Models that now and then write about what nobody has written about: infinite alleles.

A lineage on nothing but its own n documents a generation loses topics by resampling and gains them
by novelty, each document with chance u. Two documents drawn with replacement from a generation
are the same one with chance 1/n, and else on one topic where neither is new and their sources
are: J' = 1/n + (1 - 1/n) (1 - u)^2 J (Kimura & Crow 1964).
"""

import numpy as np

from analysis.oracles import ewens, infinite_alleles
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import DOMAIN, FINITE, Floats, identity, lineages, watch
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, near, sampled

N, U = 200, 0.01
STEPS, SETTLED = 300, 50
TOGETHER = 10
"""Lineages of a run: all share its unwritten topics, and its cost grows with the square of both."""
KNOWN = 40


def inventive(seed: int, count: int) -> Scenario:
    """So many lineages, with a topic left for every document that they may hope to find one for.

    They start with 40 topics, of shares in geometric progression, whose J is that of equilibrium,
    so that E[J] is so in every generation; the number of topics takes some 40 generations, in
    which (1 - 1/n) (1 - u)^2 to their power falls to 1/e.
    """
    level = infinite_alleles(N, U)
    known = ((1 - level) / (1 + level)) ** np.arange(KNOWN)
    unwritten = [0.0] * int(1.1 * N * U * count * STEPS + 100)
    return lineages(
        seed,
        STEPS,
        count,
        N,
        {"weights": known.tolist() + unwritten},
        FINITE,
        {"all": True},
        decoding={"novelty": U},
    )


def read(world: Ecosystem) -> Floats:
    """(2, R) chance that two documents of a lineage's generation are on one topic, and topics."""
    assert world.stocks[DOMAIN].novel(np.array([0]))[0] == U, "no topic is left to be found"
    shares = np.array([model.learners[DOMAIN].topics for model in world.models()])
    return np.stack([identity(shares, shares), (shares > 0).sum(axis=1)])


class InfiniteAlleles(Target):
    """Means of each lineage over its generations 50 to 300; lineages are independent."""

    kind = "A-47"
    claim = "New topics balance those that are lost: J of documents and their number of topics."
    source = "infinite alleles, Kimura & Crow 1964; Ewens 1972"
    known_as = "D n"
    family = "webs"
    replicates = 120
    whole = True
    note = (
        "Ewens' number of topics is that of the diffusion, 16.2; an independent Wright-Fisher "
        "simulation has 16.75, and so nearly has the engine, within the 5 % of the source. J is "
        "exact and held to standard errors, of some 2 %, the source's tolerance. Two documents of "
        "a generation find the same topic with a chance below 1 in 10,000."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        law, topics = infinite_alleles(N, U), ewens(N, 2 * N * U)
        np.testing.assert_allclose([law, topics], [0.2016, 16.2], atol=0.05)
        assert abs(law - 0.2016) < 5e-5
        rows, seen = range(SETTLED, STEPS + 1, 5), []
        for number in range(-(-replicates // TOGETHER)):
            run = watch(inventive(seed, TOGETHER), rows, read, replicate=number)
            seen.append(np.mean([run[t] for t in rows], axis=0))
        same, found = np.concatenate(seen, axis=1)
        return [sampled("J", same, law), near("topics", found, topics, relative=0.05)]
