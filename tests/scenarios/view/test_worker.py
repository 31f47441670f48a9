"""A visitor's process: what it refuses, what ends it, and that nothing is left of it."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from scenarios.complaints import ScenarioError
from scenarios.scenario import Scenario
from scenarios.view.live import Live
from scenarios.view.worker import Worker, WorkerDied, prepare
from tests.scenarios.view.small import small

GIVEN: dict[str, Any] = {"settings": {}}


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Workers are forked from a process that has loaded everything."""
    prepare()


@pytest.fixture(scope="module")
def content() -> bytes:
    return small().to_toml().encode()


def gone(pid: int) -> bool:
    begun = time.monotonic()
    while time.monotonic() - begun < 10:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_what_is_refused_leaves_the_world_as_it_was(content: bytes) -> None:
    worker = Worker()
    worker.ask("begin", role="engine", source=content, **GIVEN)
    assert worker.ask("step", asked={})["step"] == 1
    with pytest.raises(ScenarioError, match="compliance"):
        worker.ask("move", kind="archive", changes={"compliance": 7.0})
    assert worker.ask("step", asked={})["step"] == 2
    pid, folder = worker.pid, Path(worker._folder)
    assert folder.is_dir()
    worker.close()
    assert gone(pid)
    assert not folder.exists()


def test_a_world_that_is_killed_is_one_sentence_and_the_page_lives(content: bytes) -> None:
    live = Live(source=content)
    live.step()
    assert live.tick == 1 and live._run is not None
    os.kill(live._run.pid, 9)
    live.step()
    assert "the process of this run has ended" in live.problem
    assert not live.running
    live.move("archive", "compliance", 1.0)  # nothing to move any more, and no error
    live.close()
    live.close()


def test_a_bad_source_is_one_sentence() -> None:
    live = Live(source=b"name = ")
    live.open()
    assert live.problem.startswith("upload: not valid TOML")
    live.step()
    assert live.tick == 0
    live.close()


def test_memory_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    given = small().plain()
    given["domains"]["facts"] |= {"zipf": {"items": 20_000}, "wrong_values": 32}
    given["sites"] = [site | {"count": 10} for site in given["sites"]]
    large = Scenario.parse(given).to_toml().encode()
    monkeypatch.setattr("scenarios.view.worker.MEMORY", 2**28)
    worker = Worker()
    with pytest.raises(WorkerDied, match="more memory than a world may take"):
        worker.ask("begin", role="engine", source=large, **GIVEN)
    worker.close()


def test_patience_has_an_end(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.view.worker.PATIENCE", 0.01)
    worker = Worker()
    with pytest.raises(WorkerDied, match="did not answer"):
        worker.ask("begin", role="engine", source=content, **GIVEN)
    pid = worker.pid
    worker.close()
    assert gone(pid)


def test_closed_worlds_leave_no_open_file(content: bytes) -> None:
    def once() -> int:
        live = Live(source=content)
        live.step()
        live.close()
        return len(os.listdir("/proc/self/fd"))

    assert once() == once() == once()


@pytest.mark.parametrize("after", [0.0, 0.02, 0.1, 0.3, 0.6])
def test_a_page_may_close_while_its_worlds_are_made(after: float, content: bytes) -> None:
    live, raised = Live(source=content), []

    def opened() -> None:
        try:
            live.open()
            live.step()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=opened)
    thread.start()
    time.sleep(after)
    live.close()
    thread.join(30)
    assert not thread.is_alive() and not raised
    assert not live.problem
    for worker in (live._run, live._reference):
        assert worker is None or gone(worker.pid)
