"""Levers moved by hand become policies that make the same run again."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.claim import Claim
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.store import replay
from scenarios.view.course import Course
from scenarios.view.engine import TREE_STEPS, Engine, Follower, Reference
from scenarios.view.levers import levers
from tests.analysis.live import scenario
from tests.scenarios.view.small import small

MOVES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["watermark", "detector", "human_quota", "archive", "tail_training"]),
        st.sampled_from([0.0, 0.4, 1.0]),
    ),
    max_size=6,
)


@given(moves=MOVES, blocked=st.integers(0, 4))
@settings(max_examples=6, deadline=None)
def test_what_is_downloaded_is_the_run_that_was_seen(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, str, float]], blocked: int
) -> None:
    engine = Engine(small())
    for step in range(5):
        for at, kind, compliance in moves:
            if at == step:
                engine.move(kind, {"compliance": compliance})
        if step == blocked:
            engine.block("farm-1")
        engine.step({})
    folder = tmp_path_factory.mktemp("download")
    zipfile.ZipFile(io.BytesIO(engine.save())).extractall(folder)
    assert all(replay(folder / "small").values())


def test_asking_for_the_run_changes_nothing_of_it() -> None:
    asked, left = Engine(small()), Engine(small())
    for _ in range(4):
        asked.step({"card": "model-1", "item": ("facts", "item 1"), "falsehoods": True})
        asked.save()
        left.step({})
    one, other = (engine.world.datacollector.metrics() for engine in (asked, left))
    assert one.equals(other)


def test_a_lever_moved_changes_what_comes_and_not_what_was_or_the_reference() -> None:
    moved, left, reference = Engine(small()), Engine(small()), Reference(small())
    for step in range(6):
        if step == 3:
            moved.move("human_quota", {"compliance": 1.0, "minimum": 1.0})
        frames = moved.step({}), left.step({}), reference.step()
        assert frames[1]["values"] == frames[2]["values"]
        same = frames[0]["values"] == frames[1]["values"]
        assert same == (step < 3), step


def test_a_reference_has_no_policies() -> None:
    policy = {"kind": "human_quota", "minimum": 1.0}
    with_policy, plain = Reference(small(policies=[policy])), Engine(small())
    for _ in range(2):
        assert with_policy.step()["values"] == plain.step({})["values"]


def test_a_lever_that_takes_over_keeps_its_marks_and_judges_nothing_twice() -> None:
    given = {"hit": 0.5, "false_alarm": 0.0}
    course = Course(small()).move("detector", {"compliance": 0.4, **given}, 1)
    later = course.move("detector", {"compliance": 1.0}, 3)
    execution = Execution(later.scenario(6))
    world, flagged = execution.world, []
    assert [policy.name for policy in world.policies] == ["detector", "detector"]
    for _ in range(4):
        world.step()
        stock = world.stocks["facts"]
        marks = [bool(shelf.marks) for shelf in stock.shelves]
        flagged.append(float(stock.size[: len(marks)][marks].sum() / stock.size.sum()))
    # half of the synthetic text is found from step 2 on; judged again at step 4 it were more
    synthetic = world.datacollector.metrics()["facts.synthetic_share"].to_numpy()[1:5]
    assert flagged[0] == 0
    found = np.array(flagged[1:]) / synthetic[1:]
    assert np.abs(found - 0.5).max() < 0.12, found
    assert {mark for shelf in stock.shelves for mark in shelf.marks} == {"flagged"}


def test_a_lever_put_back_before_it_acted_leaves_no_policy() -> None:
    course = Course(small()).move("archive", {"compliance": 0.5}, 2)
    assert course.policies[-1]["start"] == 3
    assert course.move("archive", {"compliance": 0.0}, 2).policies == []
    assert course.move("archive", {"compliance": 0.0}, 4).policies[-1]["stop"] == 5


def test_a_policy_of_the_scenario_is_where_its_lever_stands() -> None:
    given = {"kind": "archive", "share": 0.3, "compliance": 0.5, "cost": 7.0}
    course = Course(small(policies=[given]))
    assert course.settings("archive")["share"] == 0.3
    assert course.settings("archive")["compliance"] == 0.5
    moved = course.move("archive", {"share": 0.4}, 2)
    assert [(p["share"], p["cost"], p.get("stop"), p["start"]) for p in moved.policies] == [
        (0.3, 7.0, 3, 1),
        (0.4, 7.0, None, 3),
    ]


@pytest.mark.parametrize("kind", sorted(levers()))
def test_every_lever_can_be_pulled_all_the_way(kind: str) -> None:
    lever = levers()[kind]
    course = Course(small())
    for place in ("low", "default", "high"):
        given = {knob.name: knob.value(getattr(knob, place)) for knob in lever.knobs}
        assert course.move(kind, {"compliance": 1.0} | given, 0).policies[0]["kind"] == kind


def test_a_new_policy_is_a_lever_by_itself() -> None:
    """All policies are, but those that are known not to be."""
    import ecosystem.policies
    from ecosystem.discovery import discover
    from ecosystem.policies.policy import Policy

    assert set(discover(ecosystem.policies, Policy)) - set(levers()) == {"nothing", "blocklist"}


def test_kinship_that_is_not_kept_cannot_be_asked_for() -> None:
    engine = Engine(small(kinship=False))
    with pytest.raises(ScenarioError, match="kinship"):
        engine.move("least_inbred", {"compliance": 1.0})
    assert engine.course.policies == []


def test_nothing_is_saved_before_anything_has_run(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nothing has run yet"):
        Engine(small()).save()


def test_a_course_that_is_run_again_and_moved_on_the_way_acts_once_at_a_time() -> None:
    begun = Course(small()).move("archive", {"compliance": 0.5}, 0)
    course = Course(begun.move("archive", {"compliance": 1.0}, 2).scenario(5))
    moved = course.move("archive", {"compliance": 0.2}, 1)
    spans: Any = [(p["compliance"], p["start"], p.get("stop")) for p in moved.policies]
    assert spans == [(0.5, 1, 2), (0.2, 2, None)]
    ended = Course(small(policies=[{"kind": "archive", "stop": 9}]))
    spans = [(p["start"], p["stop"]) for p in ended.move("archive", {"share": 0.1}, 3).policies]
    assert spans == [(1, 4)]
    both = [{"kind": "archive", "share": share} for share in (0.1, 0.2)]
    moved = Course(small(policies=both)).move("archive", {"share": 0.3}, 3)
    spans = [(p["share"], p["start"], p.get("stop")) for p in moved.policies]
    assert spans == [(0.1, 1, None), (0.2, 1, 4), (0.3, 4, None)]


def test_a_blocklist_of_the_scenario_keeps_what_it_says_when_a_member_is_put_on_it() -> None:
    listed = {"kind": "blocklist", "sites": ["farm"], "readers": ["model-1"], "compliance": 0.5}
    course = Course(small(policies=[listed])).block("people-1", False, 2)
    assert course.blocked() == ["people-1", "farm"]
    last = course.policies[-1]
    assert (last["readers"], last["compliance"], last["start"]) == (["model-1"], 0.5, 3)


def test_a_group_is_taken_off_the_list_by_its_name() -> None:
    listed = {"kind": "blocklist", "sites": ["farm"]}
    course = Course(small(policies=[listed])).block("farm", False, 2)
    assert course.blocked() == []
    assert [policy.get("stop") for policy in course.policies] == [3]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("no policy", {"compliance": 1.0}),
        ("archive", {"stop": 9.0}),
        ("archive", {"compliance": float("nan")}),
        ("shortcut", {"compliance": float("-inf")}),
    ],
)
def test_what_is_no_lever_cannot_be_moved(kind: str, changes: dict[str, float]) -> None:
    with pytest.raises(ScenarioError, match="lever: given"):
        Course(small()).move(kind, changes, 2)


def test_steps_that_are_not_measured_have_a_date_and_no_values() -> None:
    given = small(measure_every=2)
    engine, reference = Engine(given), Reference(given)
    frames = [(engine.step({}), reference.step()) for _ in range(2)]
    for frame, beside in frames:
        assert frame["date"] == given.calendar.at(frame["step"]).isoformat()
        for values in (frame["values"], beside["values"]):
            known = {value is not None for line in values for value in line}
            assert (True in known) == (frame["step"] == 2)


def test_a_run_and_its_reference_have_the_same_panels_whatever_is_metered() -> None:
    given = small(meters=["contamination", "coverage", "capability"])
    engine, reference = Engine(given), Reference(given)
    assert engine.panels == reference.panels != []
    assert "facts.divergence" in [panel.columns[0] for panel in Engine(small()).panels]


def test_means_lie_between_the_least_and_the_greatest() -> None:
    engine = Engine(small())
    of_models = [line.of_models for panel in engine.panels for line in panel.lines]
    values = engine.step({})["values"]
    found = [v for v, many in zip(values, of_models, strict=True) if many and v[0] is not None]
    for mean, median, least, greatest in found:
        assert least <= min(mean, median) and max(mean, median) <= greatest
    assert any(least < greatest for _, _, least, greatest in found)


def test_a_family_tree_is_of_the_latest_steps() -> None:
    engine = Engine(small(lineage=0))
    for _ in range(TREE_STEPS + 3):
        engine.step({})
    tree = engine.also({"tree": "facts"})["tree"]
    last = engine.world.steps
    assert (tree["first"], tree["last"]) == (last - TREE_STEPS + 1, last)


def test_only_items_that_have_a_story_are_offered() -> None:
    engine = Engine(scenario())
    offered = engine.about()["items"]
    assert {name for name, items in offered.items() if items} == {"birds", "exercises"}
    for name, items in offered.items():
        if items:
            engine.step({"item": (name, items[0])})


def test_what_is_followed_goes_the_way_of_the_run() -> None:
    engine = Engine(small())
    for _ in range(3):
        engine.step({})
    told = engine.also({"falsehoods": True})["falsehoods"][0]
    claim = Claim(told["domain"], told["item"], told["value"])
    follower = Follower(engine.scenario(), claim)
    follower.catch_up(3, lambda done, total: None)
    engine.move("human_quota", {"compliance": 1.0, "minimum": 1.0})
    follower.change(**engine.so_far())
    for _ in range(3):
        engine.step({})
        found = follower.step()
    again = Follower(engine.scenario(), claim).catch_up(6, lambda done, total: None)
    left = Follower(small(), claim).catch_up(6, lambda done, total: None)
    assert repr(found) == repr(again) != repr(left)
