"""A-31: errors made anew in every generation, and a verifier that lets some of them through.

Option set: no humans after the start; one model a lineage on its own unlimited output, errors
invented at a constant rate eps on every item, the policy `verification` with phi and psi. The
recursion is exact as n goes to infinity; here n = 10^6. Feng et al. 2024 (arXiv 2406.07515) have
the verifier; its recursive version was derived for this project.
"""

import numpy as np
import pytest

from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import Floats, claims, lineages, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
EPS, N, R = 0.05, 10**6, 60


def false_share(world: Ecosystem) -> Floats:
    """(R,) share of false documents in what each model would write."""
    found = claims(world, "m")
    return np.asarray(found[:, :, 1:].sum(axis=(1, 2)))


def limit(phi: float, psi: float) -> float:
    """Error that the verifier leaves in the end."""
    a = (1 - EPS) * phi / psi
    return 1.0 if a <= 1 else 1 - (a - 1) / ((phi / psi - 1) * (1 - EPS))


def path(phi: float, psi: float, steps: int) -> float:
    """Error of what a model writes after so many generations, exactly."""
    error = 0.0
    for _ in range(steps):
        passed = error * psi / (error * psi + (1 - error) * phi)
        error = passed + (1 - passed) * EPS
    return error


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("phi", "psi", "steps"), [(0.9, 0.3, 30), (0.9, 0.8, 200), (0.45, 0.44, 120)]
)
def test_a_verifier_holds_errors_only_above_a_likelihood_ratio(
    seed: int, phi: float, psi: float, steps: int
) -> None:
    given = lineages(
        seed,
        steps,
        R,
        N,
        {"weights": [1, 1, 1], "wrong_values": 1},
        learner={"kind": "frequencies", "hallucination": "constant", "floor": EPS},
    ).with_(policies=[{"kind": "verification", "true_pass": phi, "false_pass": psi}])
    # row t is fitted to what passed of row t - 1; its own inventions come on top
    rows = (1, 5, steps)
    seen = watch(given, rows, false_share)
    holds(
        f"A-31 phi / psi = {phi / psi:.4g}",
        seed,
        {f"generation {t}": (seen[t], path(phi, psi, t)) for t in rows},
    )
    end, law = seen[steps].mean(), limit(phi, psi)
    if law < 1:
        assert end == pytest.approx(law + (1 - law) * EPS, abs=0.005)
    else:
        assert end > 0.85, "all wrong in the end"
    fails("A-31: as if nothing were checked", seed, {"end": (seen[5], 1 - (1 - EPS) ** 5)})
