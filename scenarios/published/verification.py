"""Verifiers that err: how far they help, where they do not, and what models come to believe.

Feng et al. (2024, arXiv 2406.07515): right documents pass with chance phi, wrong ones with psi.
Yi et al. (2025, arXiv 2510.16657): worked problems pass whose answer is near a verifier's own.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from analysis.oracles import verified
from ecosystem.ecosystem import Ecosystem
from ecosystem.policies.biased_verifier import BiasedVerifier
from scenarios.execution import Execution
from scenarios.replicated import (
    DOMAIN,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    claims,
    lineages,
    watch,
)
from scenarios.target import Number, Target, bounded, near, positive, sampled

FAMILIES = ["days in a month", "kinds of triangle"]
WIDTH = 10
VERIFICATION = "verification"


def accuracy(seed: int, p: float, phi: float, psi: float, replicates: int) -> Floats:
    """(R,) share of the common branches' problems that models get right.

    They read 12,000 exercises of which a share p is wrong, each by one mistake, and as many of
    them as a verifier passes.
    """
    given = bare_scenario(
        seed,
        1,
        {"kind": "exercises", "families": FAMILIES},
        [{"name": "press", **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                "start": {"kind": "fitted", "documents": 50},
                "learner": {"kind": "classifier", "parameters": {"min_samples_leaf": 100}},
                "diet": {"n": 12_000},
            }
        ],
        humans=[{"name": "people", "volume": 100, "error": p, "writes": {"press": 1}}],
        policies=[{"kind": "verification", "true_pass": phi, "false_pass": psi}],
        meters=["capability"],
    )
    table = given.run().agents
    found = table.loc[table["step"] == 1, f"{DOMAIN}.accuracy_common"].dropna()
    return np.asarray(found, dtype=np.float64)


def erring(
    seed: int, rows: Sequence[int], replicates: int, eps: float, phi: float, psi: float
) -> dict[int, Floats]:
    """By generation, (R,) error of what lineages write, a million documents read of each.

    Each generation is fitted to what passed of the one before; a share eps of its own errors
    comes on top.
    """
    given = lineages(
        seed,
        max(rows),
        replicates,
        10**6,
        {"weights": [1, 1, 1], "wrong_values": 1},
        learner={"kind": "frequencies", "hallucination": "constant", "floor": eps},
    ).with_(policies=[{"kind": "verification", "true_pass": phi, "false_pass": psi}])
    return watch(given, rows, lambda world: claims(world, "m")[:, :, 1:].sum(axis=(1, 2)))


def lines(world: Ecosystem) -> Floats:
    """(R, WIDTH) the coefficients of every model."""
    return np.array([model.learners[DOMAIN].coefficients()[:-1] for model in world.models()])


def believed(
    seed: int, policy: Plain | None, fitted: int, n: int, rows: Sequence[int], replicates: int
) -> tuple[dict[int, Floats], Floats]:
    """Coefficients by row of lineages of least squares, and (WIDTH,) the verifier's.

    Args:
        seed: of the scenario.
        policy: the verifier; none checks where not given, and the truth stands for it.
        fitted: human documents that they begin with.
        n: documents of a generation, before they are checked.
        rows: to be seen.
        replicates: lineages.
    """
    given = lineages(
        seed,
        max(rows),
        replicates,
        n,
        {"kind": "regression", "dimensions": WIDTH},
        learner={"kind": "regressor", "noise": 1},
        start={"kind": "fitted", "documents": fitted},
    ).with_(policies=[policy] if policy else [])
    world = Execution(given).world
    centre = truth()
    if world.policies:
        (bound,) = world.policies
        assert isinstance(bound, BiasedVerifier)
        centre = bound.centre(world.domains[DOMAIN])
    return watch(given, rows, lines), centre


def truth() -> Floats:
    """(WIDTH,) the true coefficients."""
    return np.full(WIDTH, WIDTH**-0.5)


def off(coefficients: Floats) -> Floats:
    """(R,) squared distance from the truth."""
    return np.asarray(np.square(coefficients - truth()).sum(axis=1))


def shrinkage(a: float) -> float:
    """Variance of a standard normal cut at -a and a: the slope of its mean in the middle."""
    return float(1 - 2 * a * norm.pdf(a) / (2 * norm.cdf(a) - 1))


class Breakdown(Target):
    """Nothing is fed back: humans alone write. Accuracy is relative to that without errors."""

    kind = "A-30"
    claim = "An imperfect verifier helps up to a sharp share of wrong labels, 1 / (1 + psi / phi)."
    source = "Feng 2406.07515, Thm 4.2 (formula from a secondary source)"
    known_as = "S n"
    family = VERIFICATION
    axis = "share of labels wrong"
    replicates = 6
    note = (
        "The table's accuracies near the point (.987 and .281, say) are of a linear classifier of "
        "20,000 documents. Here trees learn worked exercises with one mistake, so that accuracy "
        "falls at once; that it does so within .02 of the point is what is held."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        clean = accuracy(seed, 0.0, 1.0, 0.0, replicates).mean()
        found = []
        for phi, psi in ((0.8, 0.2), (0.9, 0.6), (1.0, 1.0)):
            point = 1 / (1 + psi / phi)
            for apart in (-0.1, -0.05, -0.02, 0.02, 0.05, 0.1):
                p = round(point + apart, 6)
                if p < 1:
                    name = f"relative accuracy, phi = {phi:g}, psi = {psi:g}"
                    right = accuracy(seed, p, phi, psi, replicates) / clean
                    bound = {"low": 0.5} if apart < 0 else {"high": 0.5}
                    found.append(bounded(name, right, at=p, **bound))
        return found


class RecursiveError(Target):
    """Verifiers whose likelihood ratio phi / psi is 3, 1.125 and 1.0227; eps = .05."""

    kind = "A-31"
    claim = "A verifier holds down errors made anew only where phi / psi is above 1 / (1 - eps)."
    source = "derived for this project, a recursive version of Feng 2406.07515"
    known_as = "D n"
    family = VERIFICATION
    axis = "generation"
    replicates = 40

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        eps, found = 0.05, []
        for phi, psi, printed, steps in (
            (0.9, 0.3, 0.0263, 30),
            (0.9, 0.8, 0.4211, 130),
            (0.45, 0.44, 1.0, 250),
        ):
            rows = [t for t in (1, 2, 3, 5, 10, 20, 30, 50, 80, 130, 200, 250) if t <= steps]
            law, limit = verified(eps, phi, psi, steps)
            assert abs(limit - printed) < 6e-5
            seen = erring(seed, rows, replicates, eps, phi, psi)
            name = f"phi / psi = {phi / psi:.4g}"
            found += [sampled(f"error, {name}", seen[t], law[t], at=t) for t in rows]
            passed = (seen[steps] - eps) / (1 - eps)
            found.append(near(f"error that passed, {name}", passed, limit, steps, absolute=1e-3))
        return found


class VerifiersBelief(Target):
    """A verifier off by .3, and how fast those near it come to believe it."""

    kind = "A-36"
    claim = "Verified retraining gains at first, then converges to the verifier, not the truth."
    source = "Yi 2510.16657 (abstract, ICLR 2026); the rate is derived here"
    known_as = "P(abs)"
    family = VERIFICATION
    axis = "generation"
    replicates = 120
    note = (
        "The abstract gives the direction and the limit. The rate is that of the mean of a normal "
        "cut at the tolerance a: the distance shrinks by 1 - 2 a phi(a) / (2 Phi(a) - 1) each time."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        policy = {"kind": "biased_verifier", "bias": 0.3, "tolerance": 1.0}
        early, late = (1, 2), (8, 15)
        seen, centre = believed(seed, policy, 30, 600, (0, *early, *late), replicates)
        found = [
            positive("early gain in squared error", off(seen[0]) - off(seen[t]), at=t)
            for t in early
        ]
        way = (centre - truth()) / 0.3
        across = np.linalg.svd(way[None])[2][1]
        for t in late:
            along = (seen[t] - truth()) @ way
            found.append(sampled("way towards the verifier, which is off by .3", along, 0.3, at=t))
            found.append(sampled("astray of the verifier", (seen[t] - centre) @ across, 0.0, at=t))
        rows = (1, 2, 4)
        for a in (0.8, 1.5):
            policy = {"kind": "biased_verifier", "bias": 0.1, "tolerance": a}
            seen, centre = believed(seed, policy, 20_000, 1500, rows, replicates)
            way = (centre - truth()) / 0.1
            found += [
                sampled(
                    f"share of the way left, tolerance {a:g}",
                    (centre - seen[t]) @ way / 0.1,
                    shrinkage(a) ** t,
                    at=t,
                )
                for t in rows
            ]
        return found
