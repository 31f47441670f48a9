"""Neural language models in the engine: the same again, interrupted, and without a network."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.run import TABLES
from scenarios.execution import Execution
from scenarios.job import Job, execute, latest_checkpoint, store_checkpoint
from scenarios.store import replay, same_table
from tests.llm.small import world


@pytest.mark.parametrize("retention", ["latest", "everything"])
def test_the_same_seed_gives_the_same_documents_and_another_seed_others(retention: str) -> None:
    given = world(2, **{"sites.1.retention": retention})
    one, again, other = given.run(), given.run(), given.with_({}, seed=9).run()
    assert len(one.samples)
    for table in TABLES:
        assert same_table(getattr(one, table), getattr(again, table)), table
    assert not same_table(one.samples, other.samples)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sites.1.documents": "unlimited", "sites.1.retention": {"half_life": 1}},
        {"models.*.learner.vocabulary": "closed", "models.*.learner.inertia": 0.2},
    ],
)
@pytest.mark.parametrize("stop", [0, 1, 2])
def test_interrupted_after_a_generation_and_resumed_it_is_the_same(
    tmp_path: Path, changes: dict[str, object], stop: int
) -> None:
    given = world(3, **changes)
    whole = Execution(given).finish()
    first = Execution(given)
    for _ in range(stop):
        first.world.step()
    store_checkpoint(first, tmp_path)
    resumed = Execution(given, checkpoint=latest_checkpoint(tmp_path)).finish()
    for table in TABLES:
        assert same_table(getattr(whole, table), getattr(resumed, table)), table


def test_a_run_directory_is_made_and_can_be_replayed(tmp_path: Path) -> None:
    execute(world(2), Job(tmp_path / "run", control=False))
    assert all(replay(tmp_path / "run").values())
    assert (tmp_path / "run" / "report.html").stat().st_size > 10_000


def test_replicates_are_the_same_whatever_the_workers(tmp_path: Path) -> None:
    given = world(1)
    for workers in (1, 2):
        execute(given, Job(tmp_path / str(workers), replicates=2, workers=workers, report=False))
    for part in ("0", "1"):
        one, other = ((tmp_path / w / part / "samples.parquet").read_bytes() for w in ("1", "2"))
        assert one == other


def test_what_it_writes_is_in_the_ledger_and_the_meters() -> None:
    run = world(2).run()
    assert run.nodes is not None
    kinds = set(run.nodes.column("kind").to_pylist())
    assert {"training", "output"} <= kinds or "training" in kinds
    last = run.agents[run.agents["step"] == 2]
    for meter in ("cross_entropy", "distinct_2", "vocabulary", "inbreeding"):
        assert np.isfinite(last[f"plays.{meter}"]).all(), meter
    assert np.isfinite(run.metrics["plays.style_divergence"]).all()
    assert (run.samples["text"] != "").any()


def test_no_request_leaves_the_machine() -> None:
    """In a process of its own in which no socket but those of this machine can be made."""
    program = """
import socket, sys
tried = []
class Closed(socket.socket):
    def connect(self, address):
        tried.append(address); raise OSError("closed")
    def connect_ex(self, address):
        tried.append(address); return 1
def refused(*given, **more):
    tried.append(given); raise OSError("closed")
socket.socket, socket.create_connection, socket.getaddrinfo = Closed, refused, refused
from tests.llm.small import world
run = world(1).run()
from agents.pretrained import configuration, tokenizer
if len(sys.argv) > 1:
    tokenizer(sys.argv[1]); configuration(sys.argv[1])
for missing in ("gpt2", "HuggingFaceTB/SmolLM2-135M"):
    try:
        tokenizer(missing)
    except ValueError as error:
        assert "not there" in str(error), error
    else:
        raise AssertionError(missing)
assert len(run.samples) and not tried, tried
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "smollm2"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
