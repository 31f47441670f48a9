"""What the random worlds and files found, each held by a small case of its own."""

import copy
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from analysis.view import View
from ecosystem.blend import Blend
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import nucleus
from scenarios.build import build
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from tests.conftest import small_world
from tests.properties.running import same_bits, state


def crowd(count: int, source: str) -> dict[str, Any]:
    """So many models on as many sites of their own, who read from `source`."""
    return {
        "name": "crowd",
        "domains": {"facts": {"kind": "encyclopedia", "weights": [2, 1]}},
        "sites": [{"name": "own", "count": count}],
        "models": [
            {
                "name": "m",
                "count": count,
                "writes": {"own": 1},
                "diet": {"n": 5, "takes": [{"source": source, "share": 1}]},
            }
        ],
    }


def test_takes_that_reach_too_many_sites_are_refused_at_once() -> None:
    with pytest.raises(ScenarioError, match="more than 10,000,000 pairs"):
        Scenario.parse(crowd(4000, "own"))


def test_a_step_of_a_table_beyond_all_calendars_is_refused() -> None:
    given = small_world()
    given["humans"][0]["volume"] = {"kind": "table", "steps": [0, 10**400], "values": [1, 2]}
    with pytest.raises(ScenarioError, match=r"steps\.1: given 1000.*allowed at most"):
        Scenario.parse(given)


@pytest.mark.parametrize("top_p", [1e-320, 1e-13, 1e-9])
def test_the_likeliest_stays_however_small_top_p_is(top_p: float) -> None:
    weights = np.array([[0.2, 0.5, 0.3], [0.0, 0.0, 1.0]])
    assert nucleus(weights, top_p).tolist() == [[0, 0.5, 0], [0, 0, 1]]


@pytest.mark.parametrize("word", ["x" * 5000, "\n", "\x1b[31m", "\u202e"])
def test_a_sentence_is_one_short_line_whatever_is_quoted(word: str) -> None:
    given = {**small_world(), word: 1, "models": small_world()["models"]}
    with pytest.raises(ScenarioError) as refused:
        Scenario.parse(given)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 400


def test_the_order_of_communities_decides_no_tie() -> None:
    """Equal items: one last bit of the humans' mean voice used to turn a draw round."""
    given = small_world()
    given["domains"] = {"facts": {"kind": "encyclopedia", "weights": [1, 1], "wrong_values": 1}}
    given["models"] = [{"name": "m", "volume": 9, "writes": {"farm": 1}, "diet": {"n": 12}}]
    volumes = {"ann": 120.55, "bob": 17.3, "cat": 4.1, "dan": 31.7}
    given["humans"] = [
        {"name": name, "volume": volume, "writes": {"forum": 1}} for name, volume in volumes.items()
    ]
    one = Execution(Scenario.parse(given)).finish()
    given["humans"].reverse()
    assert one.edges == Execution(Scenario.parse(given)).finish().edges


def test_passed_off_text_is_shared_out_alike_with_one_silent_model_more() -> None:
    given = small_world()
    given["humans"][0]["passed_off"] = 0.7
    given["models"] = [
        {"name": f"m{i}", "volume": 0.1 + 1.7**i, "writes": {"stream": 1}} for i in range(13)
    ]
    silent = {"name": "m", "writes": {"farm": 1}}
    worlds = [
        Execution(Scenario.parse({**given, "models": models})).world
        for models in (given["models"], [silent, *given["models"]])
    ]
    for world in worlds:
        world.step()
    one, other = (world.stocks["facts"] for world in worlds)
    assert np.array_equal(one.cells, other.cells)
    assert np.array_equal(one.depth, other.depth)


@pytest.mark.parametrize("cells", [1, 2, 3, 4, 7, 8, 9, 11, 12, 33, 100])
def test_where_a_source_stands_changes_no_bit_of_a_blend(cells: int) -> None:
    """BLAS adds up a remainder of 1 to 4 columns by the position of the sources."""
    rng = np.random.default_rng(cells)
    for _ in range(30):
        rows, weights = rng.random((5, cells)), rng.random(5)
        blends = []
        for sources in (16, 16, 32):
            at = np.sort(rng.choice(sources, 5, replace=False))
            placed = np.zeros((sources, cells))
            placed[at] = rows
            sparse = sp.csr_array((weights, at, [0, 5]), shape=(1, sources))
            blends.append(Blend(sparse, placed)[0].copy())
        assert np.array_equal(blends[0], blends[1])
        assert np.array_equal(blends[0], blends[2])


def test_one_silent_model_more_among_hundreds_changes_no_bit() -> None:
    """More authors than are added up at once (`ecosystem.blend.CHUNK`)."""

    def made(silent: bool) -> Ecosystem:
        reads = {"writes": {"site": 1}, "diet": {"n": 60, "takes": [{"share": 1}]}}
        models = [{"name": "m", "count": 300, "volume": 10, **reads}]
        given = {
            "name": "many",
            "meters": [],
            "items": False,
            "domains": {"d": {"kind": "encyclopedia", "zipf": {"items": 40}}},
            "sites": [{"name": "site", "start": 400, "documents": "unlimited"}],
            "humans": [{"name": "people", "volume": 50, "writes": {"site": 1}}],
            "models": [*models, {"name": "a", **reads}] if silent else models,
        }
        world = build(Scenario.parse(given))
        world.step()
        world.step()
        return world

    assert not same_bits(state(made(False)), state(made(True), ["a"]))


def test_a_first_training_leaves_nothing_of_a_self_that_was_not_there() -> None:
    """Each document of a model that read only humans is one passage from a human."""
    given = {
        "name": "first",
        "domains": {"d": {"kind": "encyclopedia", "weights": [3, 2, 1], "wrong_values": 3}},
        "sites": [{"name": "human", "start": 400}, {"name": "farm"}],
        "humans": [{"name": "people", "volume": 50, "writes": {"human": 1}}],
        "models": [
            {
                "name": "m",
                "volume": 100,
                "writes": {"farm": 1},
                "start": {"kind": "fitted", "source": "diet", "rounds": 1},
                "diet": {"n": 60, "takes": [{"source": "human", "share": 1}]},
                "learner": {"kind": "frequencies", "inertia": 0.9},
            }
        ],
    }
    world = build(Scenario.parse(given))
    row = world.models()[0].row
    assert world.stocks["d"].author_depth[row] == 1.0
    world.step()
    assert world.stocks["d"].author_depth[row] == pytest.approx(1.0, abs=1e-12)


def test_a_world_can_be_copied_and_goes_on_alike() -> None:
    world = build(Scenario.parse(small_world()))
    world.step()
    other = copy.deepcopy(world)
    world.step()
    other.step()
    assert not same_bits(state(world), state(other))


def test_what_models_that_left_have_read_is_not_kept() -> None:
    given = small_world()
    model = {key: value for key, value in given["models"][0].items() if key != "count"}
    given["models"] = [{**model, "name": f"m-{i}", "leave": i + 2} for i in range(4)]
    world = build(Scenario.parse(given))
    for _ in range(5):
        world.step()
        for each in world.models():
            assert bool(each.training) == each.due(world.steps), each.name


def test_meters_cannot_change_what_models_write() -> None:
    view = View(build(Scenario.parse(small_world())), "facts", {})
    with pytest.raises(ValueError, match="read-only"):
        view.cells[:] = 0
