"""A-42 and A-43: many models that scrape one pool are one model; isolated ones lose apart.

Option set: unlimited documents, M models of n/M documents each, replace. All scraping the
pool: pooled H/H0 = (1 - 1/n)^t whatever M. Each on its own output: within H/H0 = (1 - M/n)^t,
pooled 1 - (1 - (1 - M/n)^t)/M. The pool is the mean of the M outputs. Derived for this project.
"""

import pytest

from scenarios.published.webs import ITEMS, POOL, outputs, pooled, pools
from scenarios.replicated import FINITE, watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("m", [1, 4])
def test_a_finite_web_redrawn_by_its_readers_is_another_law(seed: int, m: int) -> None:
    """n documents, n/M by each, then each model draws its n/M from them with replacement."""
    own, other, steps = 1 / ITEMS, 1 / ITEMS, 30
    size = POOL // m
    for _ in range(steps):
        standing = (POOL + m * size * (size - 1) * own + m * (m - 1) * size**2 * other) / POOL**2
        own, other = 1 / size + (1 - 1 / size) * standing, standing
    law = (1 - own / m - (1 - 1 / m) * other) / (1 - 1 / ITEMS)
    run = pools(seed, m, steps, 200, isolated=False, site=FINITE)
    seen = watch(run, [steps], outputs(m))[steps]
    holds(f"a finite web redrawn, M={m}", seed, {"pooled": (pooled(seen), law)})
    fails("A-42", seed, {"pooled": (pooled(seen), (1 - 1 / POOL) ** steps)})
