"""What the benchmarks count as the floor is what a run draws."""

import numpy as np
import pytest

from benchmarks.floor import ratios, recorded, replayed
from benchmarks.peer import bare
from benchmarks.worlds import FULL, many
from ecosystem.draws import Draws
from ecosystem.sampling import Urn
from scenarios.build import build


@pytest.mark.parametrize("documents", ["unlimited", "finite"])
def test_every_training_set_is_one_flat_draw_over_live_cells(documents: str) -> None:
    world = build(many(models=4, n=500, items=30, documents=documents, published=300, options=FULL))
    before = Draws.stream, Urn.__init__, Urn.draw
    with recorded() as calls:
        world.step()
    assert (Draws.stream, Urn.__init__, Urn.draw) == before
    flat = [given for method, given, _ in calls if method == "multinomial" and given[0] == 500]
    assert len(flat) == 4
    for _, shares in flat:
        assert shares.min() > 0
        assert shares.sum() == pytest.approx(1)
    kinds = {method for method, _, _ in calls}
    assert kinds == (
        {"multinomial"} if documents == "unlimited" else {"multinomial", "poisson", "binomial"}
    )
    assert replayed(calls) > 0


def test_recording_changes_nothing_that_is_drawn() -> None:
    worlds = [build(many(models=3, n=50, items=20, options=FULL)) for _ in range(2)]
    worlds[0].step()
    with recorded():
        worlds[1].step()
    one, other = (world.stocks["facts"].voices for world in worlds)
    assert one.tobytes() == other.tobytes()


def test_a_ratio_is_that_of_the_run_to_its_draws() -> None:
    found = ratios(build(many(models=3, n=50, items=20)), steps=4, segments=2)
    assert found["step"] > found["floor"] > 0
    assert np.isfinite(list(found.values())).all()


def test_the_bare_loop_of_the_peer_does_the_same_work() -> None:
    assert bare(5) == pytest.approx(9.03, abs=0.08)
