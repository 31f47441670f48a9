"""The nearest public peer's workload: AI-Ouroboros on this engine."""

import numpy as np
import pytest

from scenarios.build import build
from scenarios.published.ouroboros import scenario

pytestmark = pytest.mark.theory
BITS, WITHIN = 9.03, 0.08
"""Mean final entropy over models; the order of updates within a step moves it by up to .05."""


@pytest.mark.parametrize("seed", [11, 12])
def test_five_models_end_at_the_entropy_of_the_peer(seed: int) -> None:
    made = scenario(models=5).with_(seed=seed)
    world = build(made)
    for _ in range(made.steps):
        world.step()
    last = world.datacollector.agents().query(f"step == {made.steps}")
    bits = float(np.log2(last["items.hill_1"]).mean())
    print(f"AI-Ouroboros, J=5, seed {seed}: observed {bits:.4f} bits, expected {BITS}")
    assert bits == pytest.approx(BITS, abs=WITHIN)
    rarest = world.domains["items"].rarest(0.2)
    written = world.stocks["items"].voices[[model.row for model in world.models()]]
    assert (written[:, rarest] * 10_000 < 1).all(), "the rarest fifth of items is lost wholly"
    assert (written[:, rarest].sum(axis=1) < 1e-12).all()


def test_the_number_of_models_is_a_multiple_of_the_five_shares() -> None:
    assert sum(group.count for group in scenario().models) == 100
    with pytest.raises(ValueError, match="models: given 7"):
        scenario(models=7)
