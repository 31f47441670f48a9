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
from scenarios.published.webs import HUMAN, LABS, SCRAPE, N, labs, shared_identity
from scenarios.replicated import FINITE, UNLIMITED, Floats, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
J0 = 1 / 20


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
