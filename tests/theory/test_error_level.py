"""A-32: where errors settle when synthetic documents inherit them and each adds its own.

The law is a target, in `scenarios/published/errors.py`; here stand near-misses, and models that
add no errors of their own.
"""

import pytest

from analysis.oracles import error_levels
from scenarios.published.errors import erring, written
from scenarios.replicated import watch
from tests.theory.verdict import SEEDS, fails, holds

pytestmark = pytest.mark.theory
R, N = 100, 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_are_handed_on(seed: int) -> None:
    f, eps, e_h, steps = 0.2, 0.02, 0.01, 40
    seen = watch(erring(seed, steps, N, f, eps, e_h, R), [steps], written)[steps]
    read = (seen - eps) / (1 - eps)
    fails("A-32, errors not handed on", seed, {"e*": (read, (1 - f) * eps + f * e_h)})


@pytest.mark.parametrize("seed", SEEDS)
def test_half_the_rate_is_refuted_where_errors_pile_up(seed: int) -> None:
    eps, steps = 0.02, 20
    seen = watch(erring(seed, steps, N, 0.0, eps, 0.01, R), [steps], written)[steps]
    fails("A-32 with half the errors", seed, {"e t=20": (seen, 1 - (1 - eps / 2) ** steps)})


def test_faithful_models_only_hand_on_the_errors_of_humans() -> None:
    """eps = 0: errors are neutral, e* = e_h (no amplification without a mechanism)."""
    f, e_h, steps = 0.5, 0.05, 20
    seen = watch(erring(SEEDS[0], steps, N, f, 0.0, e_h, R), [steps], written)[steps]
    law = float(error_levels(f, 0, e_h, steps)[-1])
    holds("A-32, eps = 0", SEEDS[0], {"e*": (seen, law)})
