"""The picture of the web as data: places, sizes, colours and which lines are drawn."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from analysis.pictures import style
from analysis.scene import LEAST_WIDTH, MOST_LINES, MOST_WIDTH, WIDEST, Scenes
from analysis.stage import HEIGHT, LANES, WIDTH, Stage
from analysis.traffic import Traffic


def web(people: int, sites: int, models: int, **fields: Any) -> dict[str, Any]:
    """A scenario as plain data, with nothing but its members."""
    return {
        "humans": [{"name": "people", "count": people, **fields}],
        "sites": [{"name": "site", "count": sites}],
        "models": [{"name": "model", "count": models}],
    }


def moved(stage: Stage, step: int = 1, seed: int = 1) -> Traffic:
    rng = np.random.default_rng(seed)
    people, sites, models = map(len, stage.cast)
    return Traffic(
        step,
        stage.cast,
        rng.exponential(size=(people + models, sites)),
        rng.exponential(size=(models, sites, 2)),
    )


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 8, 4), (20, 30, 12), (60, 200, 100)])
def test_nobody_stands_on_another_or_out_of_the_picture(sizes: tuple[int, int, int]) -> None:
    stage = Stage.of(web(*sizes))
    assert len(stage.spots) == sum(sizes)
    for spot in stage.spots.values():
        assert spot.room >= 5
        assert spot.room <= spot.x <= WIDTH - spot.room
        assert spot.room <= spot.y <= HEIGHT - spot.room
    for one, other in combinations(stage.spots.values(), 2):
        assert np.hypot(one.x - other.x, one.y - other.y) >= one.room + other.room
    for kind, other in ((LANES[0].kind, LANES[1].kind), (LANES[1].kind, LANES[2].kind)):
        left = max(spot.x + spot.room for spot in stage.spots.values() if spot.kind == kind)
        assert left < min(s.x - s.room for s in stage.spots.values() if s.kind == other)


def test_names_stand_where_there_is_room() -> None:
    assert all(spot.labelled for spot in Stage.of(web(20, 30, 12)).spots.values())
    assert not any(spot.labelled for spot in Stage.of(web(60, 200, 100)).spots.values())


def test_the_largest_lines_are_drawn_and_the_share_they_carry_is_told() -> None:
    stage = Stage.of(web(20, 30, 12))
    traffic = moved(stage)
    scene = Scenes(stage).of(traffic)
    assert len(scene.lines) == MOST_LINES
    drawn = {key for key in scene.lines if key.startswith("s")}
    reading = traffic.read.sum(axis=2)
    by_size = {f"s{s}>m{m}": n for (m, s), n in np.ndenumerate(reading)}
    assert drawn == set(sorted(by_size, key=lambda key: -by_size[key])[: len(drawn)])
    told = sum(by_size[key] for key in drawn) / reading.sum()
    assert scene.carried["crawls"] == pytest.approx(told, abs=0.005)


def test_all_lines_of_a_small_web_are_drawn() -> None:
    stage = Stage.of(web(3, 4, 2))
    scene = Scenes(stage).of(moved(stage))
    assert len(scene.lines) == 3 * 4 + 2 * 4 + 4 * 2
    assert scene.carried == {"writes": 1.0, "publishes": 1.0, "crawls": 1.0}


def test_a_line_stays_until_it_is_clearly_smaller_than_others() -> None:
    stage = Stage.of(web(1, 200, 2))
    scenes = Scenes(stage)
    first = moved(stage)
    before = scenes.of(first)
    jitter = np.random.default_rng(2).uniform(0.85, 1.15, first.read.shape)
    later = Traffic(2, first.cast, first.published, first.read * jitter)
    assert not set(before.lines) - set(scenes.of(later).lines)
    assert set(before.lines) - set(Scenes(stage).of(later).lines)
    swapped = Traffic(3, first.cast, first.published, first.read[:, ::-1])
    assert set(before.lines) - set(scenes.of(swapped).lines)


def test_shares_are_of_what_is_read_and_posted() -> None:
    stage = Stage.of(web(1, 3, 2, passed_off=0.2))
    read = np.zeros((2, 3, 2))
    read[0, 0] = 30, 10
    published = np.array([[8.0, 0, 0], [0, 5.0, 0], [0, 0, 0]])
    scene = Scenes(stage).of(Traffic(1, stage.cast, published, read))
    assert scene.members["h0"].synthetic == 0.2  # a fifth of its posts are a model's
    assert scene.members["h0"].documents == 10
    assert scene.members["s0"].synthetic == 0.25  # as read, though only humans published there
    assert scene.members["s1"].synthetic == 1.0  # not read: as published
    assert scene.members["s2"].synthetic is None
    assert scene.members["m0"].synthetic == 0.25
    assert scene.members["m1"].synthetic is None
    assert scene.lines["s0>m0"].synthetic == 0.25
    assert scene.lines["h0>s0"].synthetic == 0.0
    assert scene.lines["m0>s1"].synthetic == 1.0


def test_areas_grow_with_documents_against_the_largest_there_is() -> None:
    stage = Stage.of(web(1, 2, 2))
    first = moved(stage)
    read = np.ones_like(first.read)
    read[0] *= 4
    first = Traffic(1, first.cast, first.published, read)
    double = Traffic(2, first.cast, first.published, 2 * read)
    scenes = Scenes(stage, ahead=[first, double])
    sizes = [scenes.of(each).members for each in (first, double)]
    room = stage.spots["m0"].room
    assert sizes[1]["m0"].size == pytest.approx(room)
    assert sizes[1]["m1"].size == pytest.approx(room / 2, abs=0.06)
    assert sizes[0]["m0"].size == pytest.approx(room / 2**0.5, abs=0.06)


def test_nobody_passes_off_what_no_model_writes() -> None:
    stage = Stage.of(web(1, 1, 1, passed_off=0.2))
    published = np.array([[8.0], [0.0]])
    scene = Scenes(stage).of(Traffic(1, stage.cast, published, np.zeros((1, 1, 2))))
    assert scene.members["h0"].documents == 8


def test_of_many_even_lines_none_is_wide() -> None:
    stage = Stage.of(web(1, 40, 1))
    published = np.zeros((2, 40))
    published[0] = 5.0
    scene = Scenes(stage).of(Traffic(1, stage.cast, published, np.zeros((1, 40, 2))))
    wide = LEAST_WIDTH + (MOST_WIDTH - LEAST_WIDTH) * (1 / 40) / WIDEST
    assert {mark.size for mark in scene.lines.values()} == {round(wide, 1)}


def test_colour_goes_from_human_through_light_to_machine() -> None:
    assert style.origin(0.0) == style.HUMAN
    assert style.origin(0.5) == style.NEUTRAL
    assert style.origin(1.0) == style.MACHINE
    assert style.origin(None) == style.origin(float("nan")) == style.UNKNOWN


def test_what_is_spread_evenly_is_told_and_not_drawn_by_accident() -> None:
    stage = Stage.of(web(60, 200, 100))
    traffic = moved(stage)
    even = Traffic(1, stage.cast, np.ones_like(traffic.published), traffic.read)
    even.read[:, 0] += 100
    scene = Scenes(stage).of(even)
    assert (scene.carried["writes"], scene.carried["publishes"]) == (0.0, 0.0)
    assert {key.partition(">")[0] for key in scene.lines if key.startswith("s")} >= {"s0"}
    assert len(scene.lines) == MOST_LINES
    assert scene.carried["crawls"] > 0.3
