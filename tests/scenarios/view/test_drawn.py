"""What the browser is sent, step by step, adds up to what there is."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenarios.view.drawn import Drawn, spread

MARKS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 2)), max_size=6)


def run() -> Any:
    return SimpleNamespace(frame={}, curves=([], [], []), marks=[], tick=0)


def step(model: Any, members: dict[str, Any], lines: dict[str, Any]) -> None:
    at = model.frame.get("step", -1) + 1
    model.frame = {"step": at, "scene": {"members": members, "lines": lines, "carried": {}}}
    steps, own, others = model.curves
    model.curves = [*steps, at], [*own, [[at]]], [*others, [[at]]]
    model.tick = at


@given(scenes=st.lists(st.tuples(MARKS, MARKS, st.booleans()), min_size=1, max_size=8))
def test_changes_add_up_whatever_is_skipped(scenes: list[Any]) -> None:
    drawn, model = Drawn(), run()
    members: dict[str, Any] = {}
    lines: dict[str, Any] = {}
    steps: list[int] = []
    for now, linked, paints in [*scenes, ({}, {"z": (1,)}, True)]:
        step(model, now, linked)
        before = drawn.scene, drawn.points
        drawn.update(model)
        if drawn.scene is not before[0]:
            scene = drawn.scene
            members = ({} if scene["whole"] else members) | scene["members"]
            lines = {k: v for k, v in lines.items() if k not in scene["gone"]} | scene["lines"]
            lines = scene["lines"] if scene["whole"] else lines
        if drawn.points is not before[1]:
            steps = steps[: drawn.points["kept"]] + drawn.points["steps"]
        if paints and drawn.painted(drawn.sent):
            drawn.update(model)
            members |= drawn.scene["members"]
            lines = {k: v for k, v in lines.items() if k not in drawn.scene["gone"]}
            lines |= drawn.scene["lines"]
            steps = steps[: drawn.points["kept"]] + drawn.points["steps"]
    if drawn.sent == model.tick:
        assert lines == {k: list(v) for k, v in model.frame["scene"]["lines"].items()}
        assert steps == model.curves[0]


def test_a_step_waits_until_the_last_one_was_painted() -> None:
    drawn, model = Drawn(), run()
    step(model, {"a": (1,)}, {})
    drawn.update(model)
    step(model, {"a": (2,)}, {})
    drawn.update(model)  # the first is drawn when the page is made
    assert drawn.scene["step"] == 1
    step(model, {"a": (3,)}, {})
    step(model, {"a": (4,)}, {})
    drawn.update(model)
    assert drawn.scene["step"] == 1
    assert drawn.painted(1)
    drawn.update(model)
    assert drawn.scene["step"] == 3
    assert drawn.scene["members"] == {"a": [4]}


def test_a_lever_moved_between_steps_is_marked_at_once() -> None:
    drawn, model = Drawn(), run()
    step(model, {"a": (1,)}, {})
    drawn.update(model)
    model.marks = [0]
    drawn.update(model)
    assert (drawn.points["marks"], drawn.points["steps"], drawn.points["kept"]) == ([0], [], 1)
    step(model, {"a": (1,)}, {})
    steps, own, others = model.curves
    model.curves = steps[1:], own[1:], others[1:]  # a point of the past goes
    drawn.painted(0)
    drawn.update(model)
    assert (drawn.points["kept"], drawn.points["steps"], drawn.points["own"]) == (0, [1], [[[1]]])


def test_another_run_is_drawn_from_nothing() -> None:
    drawn, model = Drawn(), run()
    step(model, {"a": (1,)}, {"b": (1,)})
    drawn.update(model)
    other = run()
    step(other, {"a": (5,)}, {})
    drawn.update(other)
    assert drawn.scene["whole"] and drawn.points["kept"] == 0
    assert (drawn.scene["members"], drawn.points["steps"]) == ({"a": [5]}, [0])


def test_a_falsehood_runs_from_source_over_site_to_reader() -> None:
    stage = {
        "spots": [
            {"id": "h0", "kind": "community", "name": "people"},
            {"id": "s0", "kind": "site", "name": "forum"},
            {"id": "m0", "kind": "model", "name": "model"},
        ]
    }
    event = {"author": "model", "source": "people", "site": "forum", "share": 0.5, "until": -1}
    found = spread({"events": [event]}, stage)
    assert found["holders"] == {"m0": 0.5}
    assert [(path["from"], path["to"]) for path in found["paths"]] == [("h0", "s0"), ("s0", "m0")]
    assert spread({"events": [event | {"until": 3}]}, stage)["holders"] == {}
