"""Studies on a Dask cluster: a real scheduler, workers in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios.campaign import carry_out
from scenarios.cluster import cluster
from scenarios.complaints import ScenarioError
from scenarios.study_folder import COMPARISON
from tests.scenarios.small_study import small

pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def started(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "dask", *arguments]
        with (tmp_path / f"log-{len(running)}").open("w") as log:
            made = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, text=True)
        running.append(made)
        return made

    yield started
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> str:
    file = tmp_path / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
          "--scheduler-file", str(file))  # fmt: skip
    for _ in range(300):
        if file.is_file() and file.stat().st_size:
            import json

            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise AssertionError("no scheduler")


def worker(start: Callable[..., subprocess.Popen[str]], address: str) -> subprocess.Popen[str]:
    return start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                 "--death-timeout", "30")  # fmt: skip


def test_a_study_on_a_cluster_that_loses_a_worker_ends_with_the_same_bytes(
    start: Callable[..., subprocess.Popen[str]], scheduler: str, tmp_path: Path
) -> None:
    study = small(replicates=8)
    with pytest.raises(ScenarioError, match="which has no workers"), cluster(scheduler):
        pass
    both = [worker(start, scheduler) for _ in range(2)]
    killed = False

    def kill(done: int, total: int) -> None:
        nonlocal killed
        if not killed and done >= 5:
            both[0].send_signal(signal.SIGKILL)
            killed = True

    for _ in range(300):
        try:
            with cluster(scheduler) as (executor, threads):
                if threads < 2:
                    continue
                carry_out(study, tmp_path / "cluster", executor, threads, progress=kill)
                break
        except ScenarioError:
            time.sleep(0.1)
    else:
        raise AssertionError("no workers")
    assert killed
    assert both[0].wait() == -signal.SIGKILL
    carry_out(study, tmp_path / "here")
    one, other = ((tmp_path / n / COMPARISON).read_bytes() for n in ("cluster", "here"))
    assert one == other
    assert not list((tmp_path / "cluster").glob("failed/*"))


def test_a_scheduler_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scenarios.cluster

    monkeypatch.setattr(scenarios.cluster, "PATIENCE", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1"):
        with pytest.raises(ScenarioError, match="scheduler: given"), cluster(address):
            pass
    assert os.getpid()
