"""Carrying a study out: the same bytes whoever runs it, however often it is stopped."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tomli_w

from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.complaints import ScenarioError
from scenarios.plan import plan
from scenarios.study import Study
from scenarios.study_folder import COMPARISON
from tests.scenarios.small_study import small

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS", "3"))
"""More where time allows: KILLS=20 pytest tests/scenarios/test_campaign.py -k killed -s."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study, run in one process."""
    out = tmp_path_factory.mktemp("study") / "one"
    carry_out(small(), out)
    return out


def bytes_of(out: Path) -> bytes:
    return (out / COMPARISON).read_bytes()


def as_toml(study: Study, folder: Path) -> Path:
    file = folder / "small.toml"
    file.write_text(tomli_w.dumps(study.model_dump(mode="json", exclude_none=True)))
    return file


# ---------------------------------------------------------------------- pairs


def test_differences_are_those_of_runs_on_the_same_draws(done: Path) -> None:
    study = small()
    table = pd.read_parquet(done / COMPARISON)
    arm = next(case for case in study.cases() if case.arm == "detector")
    for replicate in range(3):
        base, other = (s.run(replicate).metrics["d.hill_1"] for s in (study.baseline, arm.scenario))
        row = table.query("arm == 'detector' and outcome == 'd.hill_1' and replicate == @replicate")
        assert row["baseline"].item() == base.iloc[-1]
        assert row["value"].item() == other.iloc[-1]
        assert row["difference"].item() == other.iloc[-1] - base.iloc[-1]
        assert row["cost"].item() == 3 * 5


def test_an_outcome_is_read_at_the_end_at_a_step_or_as_a_mean(done: Path) -> None:
    metrics = small().baseline.run(1).metrics
    table = pd.read_parquet(done / COMPARISON).query("replicate == 1")
    base = table.drop_duplicates("outcome").set_index("outcome")["baseline"]
    assert base["d.false_share (mean)"] == metrics["d.false_share"].iloc[1:].mean()
    assert base["d.tail_coverage (step 3)"] == metrics["d.tail_coverage"].iloc[3]


def test_runs_go_out_replicate_by_replicate_the_baseline_first() -> None:
    planned = plan(study := small(), study.check())
    assert [p.replicate for p in planned] == [0] * 3 + [1] * 3 + [2] * 3
    assert [p.case.arm for p in planned[:3]] == ["baseline", "detector", "few models"]


def test_equal_runs_are_made_once(tmp_path: Path) -> None:
    arms = {"late": {"policies": ["detector:start=90"]}, "later": {"policies": ["nothing"]}}
    same = small(arms={**arms, "never": {"set": {"steps": 6}}}, replicates=1)
    keys = {p.case.arm: p.key for p in plan(same, same.check())}
    assert keys["never"] == keys["baseline"] != keys["late"]
    assert (carry_out(same, tmp_path / "same")[0]["difference"] == 0).all()


def test_a_name_does_not_change_a_run_and_a_seed_does() -> None:
    scenario = small().baseline
    key = shards.content(scenario, 0, {})
    assert shards.content(scenario.with_(name="other", notes="new"), 0, {}) == key
    assert shards.content(scenario.with_(seed=2), 0, {}) != key
    assert shards.content(scenario, 1, {}) != key
    assert shards.content(scenario, 0, {"d": "another table"}) != key


# ---------------------------------------------------------------------- who runs it, how often


def test_the_number_of_workers_changes_no_byte(done: Path, tmp_path: Path) -> None:
    carry_out(small(), tmp_path / "two", workers=2)
    assert bytes_of(tmp_path / "two") == bytes_of(done)


def test_an_executor_of_ones_own_changes_no_byte_and_stays_open(done: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        carry_out(small(), tmp_path / "own", executor, workers=1)
        assert executor.submit(int, 7).result() == 7
    assert bytes_of(tmp_path / "own") == bytes_of(done)


def test_what_is_stored_is_not_run_again(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("ran again")

    before = bytes_of(done)
    monkeypatch.setattr(shards, "made", never)
    told: list[tuple[int, int]] = []
    carry_out(small(), done, progress=lambda *given: told.append(given))
    assert bytes_of(done) == before
    assert told == [(9, 9)]


def test_more_replicates_add_to_what_is_there(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done, tmp_path / "more")
    told: list[tuple[int, int]] = []
    carry_out(small(replicates=4), tmp_path / "more", progress=lambda *g: told.append(g))
    assert told[0] == (9, 12)
    carry_out(small(replicates=4), tmp_path / "anew")
    assert bytes_of(tmp_path / "more") == bytes_of(tmp_path / "anew")
    carry_out(small(), tmp_path / "more")
    assert bytes_of(tmp_path / "more") == bytes_of(done)


def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Killed with all its workers, each time after something new was stored, or at any time."""
    study = small(replicates=4 * KILLS)
    carry_out(study, tmp_path / "at-once")
    out, file = tmp_path / "killed", as_toml(study, tmp_path)
    command = [sys.executable, str(ROOT / "run.py"), "study", str(file)]
    command += ["--out", str(out), "--workers", "2"]
    seed = int(time.time())
    moments, left = random.Random(seed), []
    for kill in range(KILLS):
        before = len(stored(out))
        started = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
        while kill % 4 and len(stored(out)) == before and started.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.2 if kill % 4 else 2.0))
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        left.append(len(stored(out)))
    print(f"seed {seed}, {KILLS} kills: of {12 * KILLS} runs stored after each {left}")
    assert any(0 < stored_then < 12 * KILLS for stored_then in left)
    subprocess.run(command, check=True, capture_output=True)
    assert bytes_of(out) == bytes_of(tmp_path / "at-once")
    for aside in (out / shards.RUNS).glob(".*"):
        os.utime(aside, (0, 0))  # long ago
    carry_out(study, out)
    assert not list((out / shards.RUNS).glob(".*"))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds children in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_do_not_outlive_a_parent_that_is_killed(
    tmp_path: Path, how: signal.Signals
) -> None:
    file, out = as_toml(small(replicates=500), tmp_path), tmp_path / "out"
    command = [sys.executable, str(ROOT / "run.py"), "study", str(file), "--out", str(out)]
    started = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.DEVNULL)
    while not stored(out):
        time.sleep(0.05)
        assert started.poll() is None
    listed = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
    assert len(listed) >= 2
    started.send_signal(how)
    started.wait()
    patience = time.monotonic() + 30
    while any(map(running, listed)):
        assert time.monotonic() < patience, f"still there: {listed}"
        time.sleep(0.1)


def running(process: str) -> bool:
    try:
        said = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return said.rpartition(")")[2].split()[0] != "Z"


def stored(out: Path) -> list[Path]:
    return list(out.glob(f"{shards.RUNS}/[!.]*/manifest.json"))


def heard() -> None:
    """Hear interrupts, which a suite started in the background of a shell ignores."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_says_how_to_go_on(tmp_path: Path) -> None:
    file = as_toml(small(replicates=500), tmp_path)
    command = [sys.executable, str(ROOT / "run.py"), "study", str(file)]
    started = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out"), "--workers", "2"],
        stderr=subprocess.PIPE,
        preexec_fn=heard,
        text=True,
    )
    while not list(tmp_path.glob("out/runs/*/manifest.json")):
        time.sleep(0.1)
        assert started.poll() is None
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert started.returncode == 1
    assert "the same command goes on from there" in said
    assert len(said.strip().splitlines()) == 1


# ---------------------------------------------------------------------- what fails


def _dies(plain: dict[str, Any], folder: str | None, replicate: int) -> shards.Files:
    if replicate == 1 and plain["policies"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return shards.made(plain, folder, replicate)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = shards.made

    def sometimes(plain: Any, folder: str | None, replicate: int) -> shards.Files:
        if replicate == 1 and plain["policies"]:
            raise ValueError("the web is down")
        return made(plain, folder, replicate)

    monkeypatch.setattr(shards, "made", sometimes)
    yield


@pytest.mark.usefixtures("failing")
def test_a_run_that_fails_is_noted_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, _ = carry_out(small(), tmp_path)
    assert set(table.query("arm == 'detector'")["replicate"]) == {0, 2}
    assert set(table.query("arm == 'few models'")["replicate"]) == {0, 1, 2}
    planned = plan(small(), small().check())
    (noted,) = shards.failures(tmp_path, [p.key for p in planned])
    assert noted == {
        "world": "", "arm": "detector", "replicate": 1, "cause": "ValueError: the web is down"
    }  # fmt: skip
    monkeypatch.undo()
    assert len(carry_out(small(), tmp_path)[0]) == len(table) + 3
    assert not shards.failures(tmp_path, [p.key for p in planned])


@pytest.mark.usefixtures("failing")
def test_a_run_that_fails_stops_everything_where_asked(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="replicate 1 of detector failed: ValueError"):
        carry_out(small(), tmp_path, strict=True)


def test_a_run_under_which_workers_die_is_left_out_and_others_are_not(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "made", _dies)
    carry_out(small(), tmp_path / "died", workers=2)
    causes = [json.loads(p.read_text()) for p in (tmp_path / "died" / "failed").iterdir()]
    assert [(one["arm"], one["replicate"]) for one in causes] == [("detector", 1)]
    assert "died, twice" in causes[0]["cause"]
    whole, left = (
        pd.read_parquet(done / COMPARISON),
        pd.read_parquet(tmp_path / "died" / COMPARISON),
    )
    assert left.equals(whole.query("arm != 'detector' or replicate != 1").reset_index(drop=True))


class Broken(Executor):
    """Of which all workers are dead."""

    def submit(self, *_: Any, **__: Any) -> Any:
        raise BrokenExecutor


def test_an_executor_that_takes_nothing_ends_the_study(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="the executor given is broken"):
        carry_out(small(), tmp_path / "out", Broken(), 2)


# ---------------------------------------------------------------------- bad input


def test_the_folder_of_another_study_is_left_alone(done: Path, tmp_path: Path) -> None:
    before = bytes_of(done)
    with pytest.raises(ScenarioError, match="holds another study"):
        carry_out(small(name="other"), done)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(ScenarioError, match="exists and is not a study"):
        carry_out(small(), tmp_path / "mine")
    (tmp_path / "file").write_text("dear")
    with pytest.raises(ScenarioError, match="is a file"):
        carry_out(small(), tmp_path / "file")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"
    assert bytes_of(done) == before


MEMORY = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from benchmarks.memory import status
from benchmarks.studies import short
from scenarios import shards
from scenarios.campaign import carry_out

runs, padding = int(sys.argv[2]), int(sys.argv[3])
made, told = shards.made, []
shards.made = lambda *given: made(*given) | {"padding": b"x" * padding}
with ThreadPoolExecutor(1) as executor:
    carry_out(short(runs), Path(sys.argv[1]), executor,
              progress=lambda done, total: told.append(status("VmRSS")))
print(json.dumps(told))
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no /proc to read memory from")
@pytest.mark.parametrize(("runs", "padding"), [(150, 0), (60, 2**20)])
def test_memory_of_the_parent_is_flat_in_the_number_of_runs(
    tmp_path: Path, runs: int, padding: int
) -> None:
    """1,000 short runs in under 300 MiB; and what is stored, here MiB a run, is not held."""
    command = [sys.executable, "-c", MEMORY, str(tmp_path / "out"), str(runs), str(padding)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    told: list[float] = json.loads(said)
    warm, growth = told[runs // 3], told[-1] - told[runs // 3]
    assert len(told) == runs + 1
    assert warm - told[0] + growth * 1000 / (runs * 2 / 3) < 300
