"""A-41: identity within and between the models of any scrape network.

Option set: unlimited documents, each document's source drawn at random by the shares A_ij and
h_i, everybody reads what was written after the last step. H is absolute (H0 = .95). With
B = [A, h], J'_ij = (B J B')_ij for two models, J'_ii = 1/n_i + (1 - 1/n_i)(B J B')_ii.
Derived for this project; the near-misses have closed forms of their own.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from analysis.oracles import network
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import (
    FINITE,
    UNLIMITED,
    Floats,
    Plain,
    equal,
    humans,
    identity,
    scenario,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
LABS = "abcd"
N = np.array([40, 80, 60, 100])
HUMAN = np.array([0.0, 0.05, 0.0, 0.02])
ROWS = np.array([[0.6, 0.3, 0.1, 0], [0.2, 0.5, 0.2, 0.1], [0, 0.4, 0.4, 0.2], [0.3, 0, 0.3, 0.4]])
SCRAPE = ROWS * (1 - HUMAN)[:, None]
J0 = 1 / 20
H_PRINTED = {
    10: (0.8859, 0.9092, 0.9030, 0.9077),
    40: (0.8387, 0.8670, 0.8560, 0.8599),
    300: (0.8226, 0.8525, 0.8399, 0.8436),
}


def labs(seed: int, steps: int, replicates: int, site: Plain, **model: object) -> Scenario:
    """R independent networks of the four labs, each with a site of its own."""
    return scenario(
        seed,
        steps,
        equal(20),
        [
            {"name": "people's", **UNLIMITED},
            *({"name": f"site-{lab}", "count": replicates, **site} for lab in LABS),
        ],
        [
            {
                "name": lab,
                "count": replicates,
                "start": "truth",
                "volume": 50,
                "writes": {f"site-{lab}-{{i}}": 1},
                "diet": {"n": int(N[i]), "takes": takes(i)},
            }
            | model
            for i, lab in enumerate(LABS)
        ],
        humans=[humans(volume=1, writes={"people's": 1})],
    )


def takes(i: int) -> list[Plain]:
    sources = {f"site-{lab}-{{i}}": float(SCRAPE[i, j]) for j, lab in enumerate(LABS)}
    sources["people's"] = float(HUMAN[i])
    return [{"source": name, "share": share} for name, share in sources.items() if share]


def shared_identity(world: Ecosystem) -> Floats:
    """(R, M, M) J within and between the labs of each replicate."""
    shares = [topics(world, lab) for lab in LABS]
    return np.array([[identity(a, b) for b in shares] for a in shares]).transpose(2, 0, 1)


def numbers(
    seen: Mapping[str, Floats], law: Mapping[str, Floats], between: bool = True
) -> dict[str, tuple[Floats, float]]:
    """H within each lab, and J between each pair, as a family."""
    family: dict[str, tuple[Floats, float]] = {}
    for when, values in seen.items():
        for i, a in enumerate(LABS):
            family[f"H {a} {when}"] = (1 - values[:, i, i], 1 - law[when][i, i])
            for j in range(i + 1, len(LABS) if between else 0):
                family[f"J {a}{LABS[j]} {when}"] = (values[:, i, j], law[when][i, j])
    return family


def test_the_recursion_gives_the_numbers_of_the_table() -> None:
    law = network(SCRAPE, HUMAN, N, J0, 300)
    for t, printed in H_PRINTED.items():
        np.testing.assert_allclose(1 - np.diag(law[t])[:4], printed, atol=6e-5)
    assert 1 - law[300][:4, :4].mean() == pytest.approx(0.8521, abs=6e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_within_and_between_follow_the_matrix_recursion(seed: int) -> None:
    steps, replicates = 300, 50
    law = network(SCRAPE, HUMAN, N, J0, steps)
    late = range(150, steps + 1, 5)
    seen = watch(labs(seed, steps, replicates, UNLIMITED), (10, 40, *late), shared_identity)
    settled = np.mean([seen[t] for t in late], axis=0)
    observed = {"T=10": seen[10], "T=40": seen[40], "T=150..300": settled}
    expected = {"T=10": law[10], "T=40": law[40], "T=150..300": law[list(late)].mean(axis=0)}
    pooled = (1 - settled.mean(axis=(1, 2)), float(1 - expected["T=150..300"][:4, :4].mean()))
    holds("A-41", seed, numbers(observed, expected) | {"H pooled T=150..300": pooled})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_finite_stock_shared_by_readers_is_another_law(seed: int) -> None:
    """Readers of one site, and one reader twice, may meet in the same of its 50 documents."""
    steps, replicates = 10, 150
    run = labs(seed, steps, replicates, FINITE)
    seen = watch(run, [steps], shared_identity)[steps]
    finite = network(SCRAPE, HUMAN, N, J0, steps, documents=50)[steps]
    law = network(SCRAPE, HUMAN, N, J0, steps)[steps]
    holds("A-41 on finite sites", seed, numbers({"T=10": seen}, {"T=10": finite}))
    fails("A-41", seed, numbers({"T=10": seen}, {"T=10": law}, between=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_fitted_labs_start_one_drift_later(seed: int) -> None:
    """Row 0 has J_ii = 1/n_i + (1 - 1/n_i) J0: the recursion from there, not from the truth."""
    rows, replicates = (1, 3), 200
    first = np.full((5, 5), J0)
    first[range(4), range(4)] = 1 / N + (1 - 1 / N) * J0
    fitted = network(SCRAPE, HUMAN, N, J0, 3, first=first)
    seen = watch(labs(seed, 3, replicates, UNLIMITED, start="fitted"), rows, shared_identity)
    observed = {f"T={t}": seen[t] for t in rows}
    holds("A-41 fitted", seed, numbers(observed, {f"T={t}": fitted[t] for t in rows}))
    law = network(SCRAPE, HUMAN, N, J0, 1)[1]
    fails("A-41", seed, numbers({"T=1": seen[1]}, {"T=1": law}, between=False))
