"""Large arrays of checkpoints: stored once, dropped by rule, refused where they are damaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosystem.ecosystem import Ecosystem
from scenarios import arrays, job
from scenarios.arrays import Arrays
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.job import latest_checkpoint, store_checkpoint
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.conftest import small_world


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LARGE", 1)


def files(work: Path) -> set[str]:
    return {path.name for path in (work / "arrays").iterdir()}


def named(work: Path) -> set[str]:
    """What the newest checkpoint needs."""
    import json

    latest = latest_checkpoint(work)
    assert latest is not None
    large: dict[str, str] = json.loads((latest / "state.json").read_text())["large"]
    return {f"{key}.npy" for key in large.values()}


def test_an_array_is_stored_once_and_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Arrays(tmp_path / "arrays")
    given = np.arange(12.0).reshape(3, 4)
    key = store.put(given)
    assert store.put(given.copy()) == key
    assert store.put(np.asfortranarray(given)) == key
    assert len({key, store.put(given.ravel()), store.put(given.astype(np.float32))}) == 3
    back = store.get(key)
    assert back.dtype == given.dtype
    np.testing.assert_array_equal(back, given)
    back[0] = 7  # its own
    np.testing.assert_array_equal(store.get(key), given)
    store.keep([key])
    assert files(tmp_path) == {f"{key}.npy"}


def test_only_what_the_newest_checkpoint_needs_is_kept(tmp_path: Path) -> None:
    execution = Execution(Scenario.parse(small_world()))
    store_checkpoint(execution, tmp_path)
    first = files(tmp_path)
    assert first == named(tmp_path)
    execution.world.step()
    store_checkpoint(execution, tmp_path)
    second = files(tmp_path)
    assert second == named(tmp_path)
    assert first & second  # what did not change is not written again
    assert first - second


@pytest.mark.parametrize("steps", [0, 3])
def test_a_run_goes_on_from_them_bit_for_bit(tmp_path: Path, steps: int) -> None:
    given = Scenario.parse(small_world())
    whole, first = Execution(given).finish(), Execution(given)
    for _ in range(steps):
        first.world.step()
    store_checkpoint(first, tmp_path)
    resumed = Execution(given, checkpoint=latest_checkpoint(tmp_path)).finish()
    for table in ("metrics", "agents", "items", "samples", "nodes", "edges"):
        assert same_table(getattr(whole, table), getattr(resumed, table)), table


def test_killed_while_storing_the_former_checkpoint_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Scenario.parse(small_world())
    execution = Execution(given)
    store_checkpoint(execution, tmp_path)
    execution.world.step()
    done = 0

    def killed(self: Arrays, array: Any) -> str:
        nonlocal done
        done += 1
        if done > 5:
            raise KeyboardInterrupt
        return put(self, array)

    put = Arrays.put
    monkeypatch.setattr(Arrays, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        store_checkpoint(execution, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(arrays, "LARGE", 1)
    latest = latest_checkpoint(tmp_path)
    assert latest is not None
    assert latest.name == "step-0"
    again = Execution(given, checkpoint=latest)
    again.world.step()
    store_checkpoint(again, tmp_path)
    assert files(tmp_path) == named(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_a_damaged_array_is_refused_in_one_sentence(tmp_path: Path, damage: str) -> None:
    given = Scenario.parse(small_world())
    store_checkpoint(Execution(given), tmp_path)
    path = max((tmp_path / "arrays").iterdir(), key=lambda p: p.stat().st_size)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "gone":
        path.unlink()
    else:
        np.save(path, np.zeros(3))
    with pytest.raises(ScenarioError, match=r"^resume: given .* is damaged; allowed a run from"):
        Execution(given, checkpoint=latest_checkpoint(tmp_path))


def test_a_resumed_run_does_not_train_again_what_it_had_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Scenario.load("same_voice").with_({"steps": 1, "meters": []})
    whole = Execution(given)
    store_checkpoint(whole, tmp_path)
    monkeypatch.setattr(Ecosystem, "first_training", lambda *_: pytest.fail("trained again"))
    resumed = Execution(given, checkpoint=latest_checkpoint(tmp_path)).finish()
    assert same_table(whole.finish().agents, resumed.agents)


def test_a_long_first_training_is_stored_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[int] = []
    monkeypatch.setattr(
        job, "store_checkpoint", lambda execution, work: stored.append(execution.world.steps)
    )
    given = Scenario.parse(small_world() | {"steps": 2})
    job.execute(given, job.Job(tmp_path / "run", report=False, checkpoint=0.0))
    assert stored == [0, 1]
    stored.clear()
    job.execute(given, job.Job(tmp_path / "other", report=False, checkpoint=600.0))
    assert stored == []
