"""Words that a model on nothing but its own output keeps or loses: multinomial resampling.

Every generation draws n documents from the last one and takes their shares for the truth. Seddik
et al. (2024, arXiv 2404.05090), Shumailov et al. (2023, arXiv 2305.17493), Suresh et al. (2024,
arXiv 2412.17646), and the Wright-Fisher model of population genetics, of which it is the haploid
case. Generation 1 is the first that reads.
"""

import numpy as np

from analysis.oracles import absorption, absorption_time, growth, survival, unseen
from scenarios.replicated import (
    FINITE,
    Floats,
    equal,
    heterozygosity,
    known,
    lineages,
    topics,
    watch,
)
from scenarios.target import Number, Target, bounded, near, sampled

MIXED = {"weights": [0.2] + [0.02] * 40}
"""One word of share .2, whose 2 p (1 - p) is the H of the paper's table, and forty rare ones."""
MANDELBROT = {"zipf": {"items": 1000, "exponent": 1, "shift": 2.7}}
WORDS = "words"


def share(world: object) -> Floats:
    """(R, words) shares in what each lineage would write."""
    return topics(world, "m")  # type: ignore[arg-type]


def alive(world: object) -> Floats:
    """(R, words) 1 where a lineage still knows a word."""
    return known(world, "m")  # type: ignore[arg-type]


class GeometricDecay(Target):
    """Heterozygosity of many words, and of one against the rest."""

    kind = "A-01"
    claim = "Diversity decays geometrically, by 1 - 1/n a generation, whatever it began with."
    source = "Seddik 2404.05090 (summary of its theorem); Wright-Fisher textbook"
    known_as = "S,D n"
    family = WORDS
    axis = "generation"
    replicates = 1000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, rows = 100, (1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
        seen = watch(lineages(seed, 100, replicates, n, MIXED), rows, share)
        start = 1 - 0.2**2 - 40 * 0.02**2
        found = [
            sampled("H", heterozygosity(seen[t]), start * (1 - 1 / n) ** t, at=t) for t in rows
        ]
        for t, printed in ((10, 0.2894), (100, 0.1171)):
            one = 2 * seen[t][:, 0] * (1 - seen[t][:, 0])
            law = 0.32 * (1 - 1 / n) ** t
            assert abs(law - printed) < 5e-5
            found.append(sampled("H of one word", one, law, at=t))
        return found


class Absorption(Target):
    """Who takes over, and when, up to a generation by which nearly all is over."""

    kind = "A-02"
    claim = (
        "Only a single word absorbs: word i with the chance of its initial share, then for good."
    )
    source = "Shumailov 2305.17493, theory section (Markov chain, absorbing states)"
    known_as = "S,D n"
    family = WORDS
    replicates = 1000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, weights, steps = 16, [0.5, 0.2, 0.05, 0.25], 110
        waiting, taken = absorption(n, np.array(weights), steps)
        history = self.history(seed, replicates, n, weights, steps)
        observed = self.times(history)
        found = [
            sampled(f"P(only the word of share {p})", history[-1][:, i] == 1, taken[i])
            for i, p in enumerate(weights)
        ]
        found += [
            sampled(f"time of the word of share {p}, n = 16", observed[:, i], waiting[i])
            for i, p in enumerate(weights)
        ]
        n, weights, steps = 100, [0.5, 0.2, 0.01, 0.29], 1000
        whole = absorption_time(n, [50, 20, 1])
        np.testing.assert_allclose(whole, [136.60, 98.27, 10.54], atol=5e-3)
        waiting, _ = absorption(n, np.array(weights), steps)
        times = self.times(self.history(seed, replicates // 4, n, weights, steps))
        found += [
            sampled(f"time of the word of share {p}, n = 100", times[:, i], waiting[i])
            for i, p in enumerate(weights[:3])
        ]
        return found

    @staticmethod
    def history(seed: int, replicates: int, n: int, weights: list[float], steps: int) -> Floats:
        """(steps, R, words) shares in generation 1, 2, ..."""
        rows = range(1, steps + 1)
        seen = watch(lineages(seed, steps, replicates, n, {"weights": weights}), rows, share)
        return np.stack([seen[t] for t in rows])

    @staticmethod
    def times(history: Floats) -> Floats:
        """(R, words) generations until a word is gone or all there is, at most those observed."""
        inside = (history > 0) & (history < 1)
        waiting: Floats = 1.0 + np.logical_and.accumulate(inside, axis=0)[:-1].sum(axis=0)
        return waiting


class WordSurvival(Target):
    """A word of share 1/100 among 100 documents, and one of 1/1000 among 10,000."""

    kind = "A-03"
    claim = "How likely a word is still known after k generations, and the paper's bounds on it."
    source = "Suresh 2412.17646, Theorem 1 and the authors' notebook"
    known_as = "P n"
    family = WORDS
    axis = "generation"
    replicates = 400
    quick = True

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows, found = (1, 5, 10, 20, 50), []
        for n, words, runs in ((100, 100, replicates), (10_000, 1000, max(40, replicates // 8))):
            p = 1 / words
            seen = watch(lineages(seed, 50, runs, n, equal(words)), rows, alive)
            exact = survival(n, np.array([p]), 50, top=min(n, 400))[:, 0]
            for k in rows:
                left = seen[k].mean(axis=1)
                found.append(sampled(f"P(known), n = {n:,}", left, exact[k - 1], at=k))
                low, high = self.bounds(n, p, k)
                found.append(bounded(f"P(known), n = {n:,}, in its bounds", left, low, high, at=k))
        return found

    @staticmethod
    def bounds(n: int, p: float, k: int) -> tuple[float, float]:
        """Theorem 1: the least and the greatest chance of survival to generation k."""
        gone = np.exp(-n * p * growth(k)[-1])
        return 1 - gone, 1 - (1 - 3 * n * p**2 - 3 * k * p) * gone


class TimeToForget(Target):
    """The median time; between generations it is interpolated."""

    kind = "A-04"
    claim = "The median time to forget a word is linear in its count, about 2.885 times it."
    source = "Suresh, abstract (linear in count); the constant is derived here"
    known_as = "P(abs),D n"
    family = WORDS
    axis = "original count"
    replicates = 1600
    whole = True
    note = (
        "The source allows one generation or 3 %, because its law, n p g_k = ln 2, is near-exact. "
        "The chance to be known at that generation is held to the exact chain besides."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, copies, counts, steps = 2000, 20, (5, 10, 20, 40), 130
        weights = [count / n for count in counts for _ in range(copies)]
        domain = {"weights": [*weights, 1 - sum(weights)]}
        exact = survival(n, np.array(counts) / n, steps, top=400)
        seen = watch(lineages(seed, steps, replicates, n, domain), range(1, steps + 1), alive)
        ages, found = range(1, steps + 1), []
        for i, count in enumerate(counts):
            own = slice(i * copies, (i + 1) * copies)
            left = np.array([seen[k][:, own].mean() for k in ages])
            law = float(np.interp(-np.log(2), -count * growth(300), np.arange(1, 301)))
            median = float(np.interp(-0.5, -left, ages))
            tolerance = max(1.0, 0.03 * law)
            found.append(
                near(
                    "median time to forget",
                    median,
                    law,
                    at=count,
                    absolute=tolerance,
                    replicates=replicates,
                )
            )
            k = int(np.argmax(exact[:, i] <= 0.5)) + 1
            known_then = seen[k][:, own].mean(axis=1)
            found.append(sampled(f"P(known at k = {k})", known_then, exact[k - 1, i], at=count))
        return found


class UniqueWords(Target):
    """Zipf-Mandelbrot, 1,000 words and as many documents."""

    kind = "A-05"
    claim = "Unique words left of a Zipf-Mandelbrot vocabulary: of 1,000, 390 are drawn, then 115."
    source = "Suresh, Corollary 1 and notebook (a = 1, b = 2.7), 10 generations"
    known_as = "P n"
    family = WORDS
    axis = "generation"
    replicates = 400
    quick = True

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, steps = 1000, 10
        p = np.asarray((np.arange(1, 1001) + 2.7) ** -1.0)
        p /= p.sum()
        exact = survival(n, p, steps).sum(axis=1)
        np.testing.assert_allclose(exact[[0, 1, 4, 9]], [390.1, 292.6, 179.8, 115.4], atol=0.05)
        run = lineages(seed, steps, replicates, n, MANDELBROT)
        table = run.with_(meters=["hill"], measure_every=1).run().agents.set_index("step")
        left = {k: np.asarray(table.loc[[k], "topics.hill_0"]) for k in range(1, steps + 1)}
        found = [sampled("unique words", left[k], exact[k - 1], at=k) for k in left]
        low = [(1 - np.exp(-n * p * g)).sum() for g in growth(steps)]
        return found + [
            bounded("unique words, above the paper's bound", left[k], low[k - 1], at=k)
            for k in left
        ]


class PoissonLearner(Target):
    """Three expected documents among a million: binomial counts are Poisson to one in 100,000."""

    kind = "A-06"
    claim = "A Poisson learner keeps a word of m expected documents with chance 1 - exp(-m g_k)."
    source = "Suresh, Theorem 2 and notebook"
    known_as = "P"
    family = WORDS
    axis = "generation"
    replicates = 400
    note = (
        "The engine has no Poisson learner of its own: of a million documents a word of three has "
        "a number that is Poisson to one part in 100,000, and that is run."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, words, m, rows = 1_000_000, 20, 3, (1, 2, 5, 10, 20, 50)
        domain = {"weights": [m / n] * words + [1 - words * m / n]}
        seen = watch(lineages(seed, 50, replicates, n, domain), rows, alive)
        law = -np.expm1(-m * growth(50))
        return [
            sampled("P(known)", seen[k][:, :words].mean(axis=1), law[k - 1], at=k) for k in rows
        ]


class OldBounds(Target):
    """A word that is neither gone nor all there is."""

    kind = "A-07"
    claim = "A word is still undecided with a chance between 4 and 2 n times p (1-p) (1-1/n)^k."
    source = "Seddik as quoted in Suresh's notebook"
    known_as = "S"
    family = WORDS
    axis = "generation"
    replicates = 1000

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, p, rows = 20, 0.2, (1, 5, 10, 20, 40)
        seen = watch(lineages(seed, 40, replicates, n, {"weights": [p, 1 - p]}), rows, share)
        found = []
        for k in rows:
            undecided = (seen[k][:, 0] > 0) & (seen[k][:, 0] < 1)
            unit = p * (1 - p) * (1 - 1 / n) ** k
            found.append(bounded("P(undecided)", undecided, 4 * unit, 2 * n * unit, at=k))
        return found


class LostFacts(Target):
    """20,000 facts of which 1,000 are read."""

    kind = "A-27"
    claim = "Capability falls each generation by the facts that are lost: unseen mass .089 to .164."
    source = "derived on the set-up of Dohmatob 2402.07043 (Tale of Tails)"
    known_as = "D n"
    family = "scaling"
    axis = "generation"
    replicates = 60

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, items, steps = 1000, 20_000, 10
        p = np.asarray(np.arange(1, items + 1) ** -1.5)
        p /= p.sum()
        exact, rows = unseen(n, p, steps), range(1, steps + 1)
        printed = [0.0890, 0.1046, 0.1162, 0.1256, 0.1338, 0.1410, 0.1475, 0.1535, 0.1590, 0.1641]
        np.testing.assert_allclose(exact, printed, atol=6e-5)
        domain = {"zipf": {"items": items, "exponent": 1.5}}
        run = lineages(seed, steps, replicates, n, domain)
        seen = watch(run, rows, lambda world: (1 - alive(world)) @ p)
        return [sampled("unseen mass", seen[k], exact[k - 1], at=k) for k in rows]


class Survivors(Target):
    """Words of unlike counts together; documents are finite and all are taken."""

    kind = "A-48"
    claim = "Expected survivors are the sum over words of the exact binomial chain's survival."
    source = "derived for this project"
    known_as = "D n"
    family = WORDS
    axis = "generation"
    replicates = 400

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, counts, rows = 500, (1, 2, 5, 10, 50), (1, 2, 5, 10, 20, 40)
        weights = [count / n for count in counts for _ in range(5)]
        domain = {"weights": [*weights, 1 - sum(weights)]}
        exact = survival(n, np.array([*weights, 1 - sum(weights)]), 40).sum(axis=1)
        run = lineages(seed, 40, replicates, n, domain, FINITE, {"all": True})
        seen = watch(run, rows, lambda world: alive(world).sum(axis=1))
        return [sampled("survivors", seen[k], exact[k - 1], at=k) for k in rows]
