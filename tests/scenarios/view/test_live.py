"""A run beside its reference: what goes wrong beside it, or is asked too much, does not end it."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scenarios.view.live import MOST_IN_VAIN, Live
from scenarios.view.worker import Worker, WorkerDied, prepare
from tests.scenarios.view.small import small

Opened = Callable[..., Live]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Workers are forked from a process that has loaded everything."""
    prepare()


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Makes runs of small worlds, which are closed after the test."""
    made = []

    def new(**changes: Any) -> Live:
        live = Live(source=small(**changes).to_toml().encode())
        made.append(live)
        live.open()
        assert not live.problem
        return live

    yield new
    for live in made:
        live.close()


def test_what_cannot_be_shown_is_said_and_the_run_goes_on(opened: Opened) -> None:
    live = opened(ledger=False)
    live.ask(tree="facts")
    assert "kept no ledger" in live.notice
    live.ask(item=("facts", "no such item"))
    live.ask(card="model-1")
    live.step()
    assert (live.tick, live.problem) == (1, "")
    assert live.frame["card"]["node"] == "model-1" and "item" not in live.frame


def test_what_is_not_open_any_more_is_not_fetched(opened: Opened) -> None:
    live = opened()
    live.ask(card="model-1", falsehoods=True)
    live.ask(card=None)
    assert "card" not in live.frame
    live.step()
    assert "card" not in live.frame and "falsehoods" in live.frame


def test_a_reference_has_the_settings_of_its_run() -> None:
    source = small().to_toml().encode()
    live = Live(source, models=2, writing=0.5, temperature=1.2, floor=0.05, seed="7")
    for _ in range(2):
        live.step()
    steps, own, others = live.curves
    assert steps == [0, 1, 2] and own == others
    assert len(live.about["stage"]["spots"]) == 2 + 4 + 2
    live.close()


def test_there_is_no_step_after_the_last(opened: Opened) -> None:
    live = opened()
    live.about["most_steps"] = 2
    seen = []
    for _ in range(4):
        live.step()
        seen.append((live.tick, live.steps, live.running))
    assert seen == [(1, 1, True), *[(2, 2, False)] * 3]
    assert live.notice.startswith("steps: 2 are done")
    with pytest.raises(RuntimeError, match="after the last"):
        for _ in range(MOST_IN_VAIN):
            live.step()


def test_a_falsehood_that_cannot_be_followed_any_more_leaves_the_run(opened: Opened) -> None:
    live = opened()
    for _ in range(3):
        live.step()
    live.ask(falsehoods=True)
    told = live.frame["falsehoods"][0]
    live.follow((told["domain"], told["item"], told["value"]))
    assert live.following["step"] == 3 and live._follower is not None
    live.step()
    assert live.following["step"] == 4
    os.kill(live._follower.pid, 9)
    live.step()
    assert (live.tick, live.problem, live.following) == (5, "", {})
    assert "has ended" in live.notice
    live.move("archive", "compliance", 1.0)
    assert live.settings["levers"]["archive"]["compliance"] == 1.0


def test_without_processes_there_is_a_sentence(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = opened()
    live.step()

    def none_left(prefix: str) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scenarios.view.worker.tempfile.mkdtemp", none_left)
    live.follow(("facts", "item 1", "wrong 1"))
    assert "No space left" in live.notice and not live.following
    live.step()
    assert (live.tick, live.problem) == (2, "")
    other = Live(source=live.source)
    other.open()
    assert other.problem.startswith("no process can be started for the run")


def test_what_is_followed_is_told_of_levers(opened: Opened) -> None:
    live = opened()
    for _ in range(3):
        live.step()
    live.ask(falsehoods=True)
    told = live.frame["falsehoods"][0]
    claim = told["domain"], told["item"], told["value"]
    live.follow(claim)
    live.move("human_quota", "minimum", 1.0)
    live.move("human_quota", "compliance", 1.0)
    for _ in range(3):
        live.step()
    beside = live.following
    live.follow(claim)
    assert repr(live.following) == repr(beside)


def test_levers_are_moved_and_cards_opened_while_a_step_runs(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.view.live.PACE", 0.0)
    live = opened()
    wrong = []

    def stepped() -> None:
        try:
            for _ in range(25):
                live.step()
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=stepped)
    thread.start()
    moves = 0
    while thread.is_alive():
        moves += 1
        live.move("watermark", "compliance", moves % 20 / 20)
        assert live.settings["levers"]["watermark"]["compliance"] == moves % 20 / 20
        live.ask(card=f"model-{1 + moves % 3}")
        assert live.frame["card"]["step"] == live.frame["step"]
    assert not wrong and not live.problem
    assert (live.tick, live.curves[0]) == (25, list(range(26)))


def test_a_run_that_is_lost_while_it_is_fetched_is_one_sentence(opened: Opened) -> None:
    live = opened()
    assert live.save() == b"" and "nothing has run yet" in live.notice
    live.step()
    assert 'name = "small"' in live.toml() and live.save().startswith(b"PK")
    assert live._run is not None
    os.kill(live._run.pid, 9)
    assert (live.save(), live.toml()) == (b"", "")
    assert "has ended" in live.problem


def test_a_drag_is_one_line_and_a_later_move_another(opened: Opened) -> None:
    live = opened()
    for place in (0.2, 0.4):
        live.move("watermark", "compliance", place)
    live.events = [event for event in live.events if event["kind"] == "lever"]
    assert [event["text"] for event in live.events] == ["watermark: compliance 0.4"]
    live.step()
    live.events = [event for event in live.events if event["kind"] == "lever"]
    live.move("watermark", "compliance", 0.6)
    assert [(event["step"], event["text"]) for event in live.events] == [
        (1, "watermark: compliance 0.6"),
        (0, "watermark: compliance 0.4"),
    ]
    assert live.marks == [0, 1]


def test_a_refused_lever_changes_nothing(opened: Opened) -> None:
    live = opened()
    before = live.settings
    for kind, name in (("archive", "compliance"), ("archive", "stop"), ("no policy", "share")):
        live.move(kind, name, 7.0)
    live.move("archive", "share", float("inf"))
    assert (live.refused, live.settings, live.marks) == (4, before, [])
    live.step()
    assert (live.tick, live.problem) == (1, "")


def test_a_long_curve_loses_every_second_point_of_both_runs(opened: Opened) -> None:
    live = opened()
    beside = {"values": ["reference"]}
    for step in range(1, 803):
        live._take({"step": step, "values": ["run"], "events": []}, beside)
    steps, own, others = live.curves
    assert steps == [*range(0, 802, 4), 802]  # and the latest stays
    assert len(own) == len(others) == len(steps)
    assert (own[-1], others[-1]) == (["run"], ["reference"])


def test_a_process_that_was_closed_answers_nothing() -> None:
    worker = Worker()
    given = {"source": small().to_toml().encode(), "settings": {}}
    answer = worker.later("begin", role="engine", **given)
    worker.close()
    with pytest.raises(WorkerDied, match="closed"):
        answer()
    with pytest.raises(WorkerDied, match="closed"):
        worker.ask("step", asked={})
