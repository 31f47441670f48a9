"""What is chosen to be learnt from: by a reward, by a limit on synthetic text, by suspicion.

Ferbach et al. (2024, arXiv 2407.09499), Bertrand et al. (2024, arXiv 2310.00429), Drayson, Yilmaz &
Lampos (2025, arXiv 2502.15654).
"""

from math import e

import numpy as np
from scipy.stats import norm

from analysis.oracles import chosen_right, popular, retrained, suspicion
from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.reward import chosen
from scenarios.published.detection import diversity, fed, webs
from scenarios.replicated import (
    DOMAIN,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    claims,
    heterozygosity,
    humans,
    lineages,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from scenarios.target import ALLOWED, Number, Target, bounded, near, positive, sampled

MANY = 10**6
"""Documents of a generation, and candidates of a choice, that stand for no end of them."""
CURATION = "curation"


def stays(
    seed: int, synthetic: int, real: int, steps: int, replicates: int, kept: bool = True
) -> Scenario:
    """Points in one dimension: models that read a real archive whole, and some of their own.

    Row 1 is the model fitted to the archive.

    Args:
        seed: of the scenario.
        synthetic: documents of the last self that are read beside the archive.
        real: documents in the archive.
        steps: to run.
        replicates: models.
        kept: whether the archive is read; else a model starts at the truth and reads itself.
    """
    archive = {"source": "archive-{i}", "all": True}
    own = {"source": "own-{i}", "k": synthetic}
    first = {"kind": "table", "steps": [1, 2], "values": [0, synthetic]}
    return bare_scenario(
        seed,
        steps,
        {"kind": "portraits", "pictures": {"dimensions": 1}},
        [
            {"name": "archive", "count": replicates, "start": real, "volume": "exact",
             "writers": ["people"]},
            {"name": "own", "count": replicates, **UNLIMITED},
        ],
        [
            {"name": "m", "count": replicates, "start": "truth", "learner": {"kind": "gaussian"},
             "volume": first, "writes": {"own-{i}": 1},
             "diet": {"takes": [archive, own] if kept else [own]}}
        ],
        humans=[humans()],
    )  # fmt: skip


def moments(world: Ecosystem) -> tuple[Floats, Floats]:
    """(R,) mean and (R,) variance that models have learnt, in one dimension."""
    found = [model.learners[DOMAIN].parts().moments() for model in world.models()]
    return np.array([mean[0] for mean, _ in found]), np.array([cov[0, 0] for _, cov in found])


def moved(given: Scenario) -> tuple[Floats, Floats]:
    """(rows, R) how far means are from the first fit's, and variances, both by its own variance.

    Rows are generations 1, 2, ...; distances are in standard deviations of the first fit.
    """
    seen = watch(given, range(1, given.steps + 1), moments)
    means, variances = (np.array([seen[t][k] for t in sorted(seen)]) for k in (0, 1))
    return (means - means[0]) / np.sqrt(variances[0]), variances / variances[0]


class Reward(Target):
    """A choice among K by Bradley & Terry: right or wrong, popular kinds, five rewards."""

    kind = "A-34"
    claim = "Text chosen by a reward gets better by the reward, and less diverse, round by round."
    source = "Ferbach 2407.09499 (result: abstract; inequality from memory)"
    known_as = "P(abs),M n"
    family = CURATION
    axis = "round"
    replicates = 200
    quick = True
    note = (
        "Of five rewards the engine's choice itself is compared, since a world's rewards are of "
        "right and wrong or of what is common. The table's 1.9118 for K = 4 is .04 % too high: "
        "exactly it is 1.91104. No real data: what is lost is lost."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        found, weight = [], np.exp(np.linspace(0, 1, 5))
        for k, printed in ((2, 1.85548), (4, 1.9118), (MANY, 1.96598)):
            mean = chosen(weight / weight[-1], np.ones(5), k) @ weight / 5
            name = f"E e^r of five kinds, {self.of(k)}"
            found.append(near(name, mean, printed, at=1, relative=3e-3))
        assert chosen(weight / weight[-1], np.ones(5), 2) @ weight / 5 > 1.8221  # its bound
        for k in (2, 4, MANY):
            found += self.checked(seed, k, 6, replicates)
        found += self.followed(seed, 6, replicates)
        return found

    @staticmethod
    def of(k: int) -> str:
        """How K is written."""
        return f"K = {k:,}"

    def checked(self, seed: int, k: int, steps: int, replicates: int) -> list[Number]:
        """Right counts e, wrong 1; .4 are right at first."""
        start = {"kind": "given", "false": 0.6}
        domain = {"weights": [1.0], "wrong_values": 1}
        rows, right, found = range(1, steps + 1), 0.4, []
        given = lineages(seed, steps, replicates, MANY, domain, start=start)
        policy = {"kind": "reward", "candidates": k}
        seen = watch(given.with_(policies=[policy]), rows, lambda w: claims(w, "m")[:, 0, 0])
        seen[0] = np.full(replicates, right)
        for t in rows:
            right = chosen_right(right, e, k)
            found.append(sampled(f"share right, {self.of(k)}", seen[t], right, at=t))
            before, after = (1 + seen[row] * (e - 1) for row in (t - 1, t))
            variance = (before - 1) * (e - before)
            gain = after - before - (k - 1) / k * variance / e
            name = f"gain in E e^r above the paper's bound, {self.of(k)}"
            found.append(bounded(name, gain, low=0.0, at=t))
        return found

    @staticmethod
    def followed(seed: int, steps: int, replicates: int) -> list[Number]:
        """Popularity, K = 2: four kinds of which the commonest takes over."""
        share = np.array([0.4, 0.3, 0.2, 0.1])
        given = lineages(seed, steps, replicates, MANY, {"weights": share.tolist()})
        policy = {"kind": "reward", "reward": "popularity", "candidates": 2}
        rows, found = range(1, steps + 1), []
        seen = watch(given.with_(policies=[policy]), rows, lambda w: heterozygosity(topics(w, "m")))
        for t in rows:
            share = popular(share)
            found.append(sampled("H, by popularity", seen[t], float(heterozygosity(share)), at=t))
        return found


class LocalStability(Target):
    """An archive of 50 in every training set beside 10 or 20 of the model's last self."""

    kind = "A-35"
    claim = "Retraining strays little with fewer than half as many synthetic as real documents."
    source = "Bertrand 2310.00429 Thm 1 (three secondary sources)"
    known_as = "S"
    family = CURATION
    axis = "generation"
    replicates = 100
    note = (
        "The theorem gives a sufficient bound. That no run inside it diverges is all that it says, "
        "so each is held to how far a stationary process strays; the exact spread of means and "
        "the mean of variances, derived here, are held by standard errors."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        real, steps, found = 50, 80, []
        for synthetic in (10, 20):
            apart, ratio = moved(stays(seed, synthetic, real, steps, replicates))
            spread, variance = retrained(synthetic, real, steps)
            name = f"lambda = {synthetic / real:g}"
            for t in (2, 3, 5, 10, 20, 40, 80):
                squares = apart[t - 1] ** 2
                found.append(sampled(f"drift of means, {name}", squares, spread[t - 1], at=t))
                found.append(sampled(f"variance, {name}", ratio[t - 1], variance[t - 1], at=t))
            strays = np.abs(apart[1:]) / np.sqrt(spread[-1])
            limit = float(norm.isf(ALLOWED / strays.size / 2))
            found.append(bounded(f"farthest of all runs, {name}", strays.max(), high=limit))
            found.append(bounded(f"least variance, {name}", ratio.min(), low=0.5))
            found.append(bounded(f"largest variance, {name}", ratio.max(), high=2.0))
        return found


class SoftDetection(Target):
    """Half of what is written is synthetic; weight (1 - P)^10; ten generations."""

    kind = "A-39"
    claim = "Resampling by a detector's confidence ends with more diversity than no filter."
    source = "Drayson 2502.15654 (abstract and code)"
    known_as = "P"
    family = CURATION
    axis = "generation"
    replicates = 300
    note = (
        "A direction. Their up-sampling by half and limit of three repeats have no counterpart "
        "where as many documents are drawn and none runs out, and that it beats human text alone "
        "is not reproduced. Plain copying is held to the exact diversity of the human share that "
        "is left; in models that write at temperature .3 pairs on the same draws are compared."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, steps, rows, found = 50, 10, range(1, 11), []
        soft: Plain = {"kind": "soft_detector", "power": 10.0}
        human, synthetic = suspicion(2.0, 10)
        weight = (human / (human + synthetic)) ** 10
        left = float(human @ weight / ((human + synthetic) @ weight))
        for name, f, policies in (("no filter", 0.5, []), ("resampled", left, [soft])):
            seen = diversity(webs(seed, steps, replicates, n, 0.5, *policies))
            law = fed(n, f, steps)
            found += [sampled(f"H/H0, {name}", seen[t], law[t], at=t) for t in rows]
        sharp: Plain = {"temperature": 0.3}
        none, resampled = (
            diversity(webs(seed, steps, replicates, n, 0.5, *policies, decoding=sharp))
            for policies in ([], [soft])
        )
        found += [
            positive("H/H0 gained by resampling, temperature .3", resampled[t] - none[t], at=t)
            for t in rows[1:]  # the first generation reads nothing but the truth in both
        ]
        return found
