"""The folder of a study: stopped at any moment, damaged, shared, or of something else."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.complaints import ScenarioError
from scenarios.plan import plan
from scenarios.study_folder import COMPARISON, NOTE, open_folder
from tests.scenarios.small_study import small


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study, one pair of runs an arm."""
    out = tmp_path_factory.mktemp("study") / "one"
    carry_out(small(replicates=1), out)
    return out


@pytest.fixture
def out(done: Path, tmp_path: Path) -> Path:
    """A copy to be spoilt."""
    shutil.copytree(done, tmp_path / "out")
    return tmp_path / "out"


def keys() -> dict[str, str]:
    study = small(replicates=1)
    return {p.case.arm: p.key for p in plan(study, list(study.cases()))}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is run from now on."""
    made, found = shards.made, list[Any]()

    def noted(*given: Any) -> shards.Files:
        found.append(given)
        return made(*given)

    monkeypatch.setattr(shards, "made", noted)
    return found


class Killed(BaseException):
    """As a process ends that is killed: nothing is tidied up."""


@pytest.mark.parametrize(
    "during",
    ["scenarios.study_folder.sweep", "scenarios.written._fill", "os.fsync", "pathlib.Path.replace"],
)
def test_a_folder_whose_making_was_killed_at_any_moment_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    def killed(*_: Any) -> Any:
        raise Killed

    out = tmp_path / "out"
    monkeypatch.setattr(during, killed)
    with pytest.raises(Killed):
        open_folder(small(), out)
    monkeypatch.undo()
    open_folder(small(), out)
    assert json.loads((out / NOTE).read_text())["study"]["name"] == "small"


@pytest.mark.parametrize("left", [b"", b"\0" * 512, None])
def test_a_folder_that_lost_what_it_is_of_goes_on_with_its_runs(
    out: Path, ran: list[Any], left: bytes | None
) -> None:
    before = (out / COMPARISON).read_bytes()
    if left is None:
        (out / NOTE).unlink()
    else:
        (out / NOTE).write_bytes(left)
    carry_out(small(replicates=1), out)
    assert not ran
    assert (out / COMPARISON).read_bytes() == before
    with pytest.raises(ScenarioError, match="holds another study"):
        open_folder(small(name="other"), out)


def test_a_note_that_cannot_be_read_says_what_to_do(out: Path, ran: list[Any]) -> None:
    (out / NOTE).write_text("{half")
    with pytest.raises(ScenarioError, match=r"cannot be read; .*without study.json"):
        carry_out(small(replicates=1), out)
    (out / NOTE).unlink()
    carry_out(small(replicates=1), out)
    assert not ran


@pytest.mark.parametrize("name", ["thesis.txt", "runs/1998.gpx", "figures/me.png", ".hidden"])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("dear")
    with pytest.raises(ScenarioError, match="exists and is not a study"):
        open_folder(small(), tmp_path)
    assert (tmp_path / name).read_text() == "dear"
    assert not (tmp_path / NOTE).exists()


def test_words_may_be_changed_and_what_numbers_depend_on_may_not(out: Path) -> None:
    arms = small().model_dump(mode="json")["arms"]
    arms["detector"]["says"] = "another word"
    open_folder(small(title="New", question="Which?", leaves_out="All.", arms=arms), out)
    with pytest.raises(ScenarioError, match="holds another study"):
        open_folder(small(set={"steps": 5}), out)


# ---------------------------------------------------------------------- runs


def _empty(run: Path) -> None:
    (run / "metrics.parquet").write_bytes(b"")


def _cut(run: Path) -> None:
    whole = (run / "agents.parquet").read_bytes()
    (run / "agents.parquet").write_bytes(whole[: len(whole) // 2])


def _lost(run: Path) -> None:
    (run / "manifest.json").unlink()


@pytest.mark.parametrize("spoil", [_empty, _cut, _lost])
def test_a_damaged_run_is_made_again(
    out: Path, ran: list[Any], spoil: Callable[[Path], None]
) -> None:
    before = (out / COMPARISON).read_bytes()
    spoil(out / shards.RUNS / keys()["detector"])
    carry_out(small(replicates=1), out)
    assert len(ran) == 1
    assert (out / COMPARISON).read_bytes() == before
    assert shards.sound(out, keys()["detector"])


def test_a_damaged_run_that_fails_the_second_time_is_left_out(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> Any:
        raise ValueError("no more")

    _empty(out / shards.RUNS / keys()["detector"])
    monkeypatch.setattr(shards, "made", never)
    table, planned = carry_out(small(replicates=1), out)
    assert set(table["arm"]) == {"few models"}
    (failed,) = shards.failures(out, [p.key for p in planned])
    assert failed["cause"] == "ValueError: no more"


def test_a_run_that_another_process_stored_first_stays(out: Path) -> None:
    key = keys()["detector"]
    place = out / shards.RUNS / key
    theirs = (place / "manifest.json").read_bytes()
    shards.put(out, key, {name.name: name.read_bytes() for name in place.iterdir()} | {
        "manifest.json": b"{}"
    })  # fmt: skip
    assert (place / "manifest.json").read_bytes() == theirs
    assert not list((out / shards.RUNS).glob(".*"))


def test_what_is_stored_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, rename, replace = os.fsync, Path.rename, Path.replace

    def synced(handle: int) -> None:
        fsync(handle)
        done.append(f"sync {Path(os.readlink(f'/proc/self/fd/{handle}')).name.split('.')[-1]}")

    def renamed(self: Path, to: Path) -> Path:
        done.append("rename")
        return (rename if self.is_dir() else replace)(self, to)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "replace", renamed)
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc")
    (tmp_path / "runs").mkdir()
    shards.put(tmp_path, "key", {"a.parquet": b"a", "manifest.json": b"{}"})
    assert done == ["sync parquet", "sync json", "sync new", "rename", "sync runs"]
    done.clear()
    shards.fail(tmp_path, "key", {}, "why")
    assert done == ["sync new", "rename", "sync failed"]
