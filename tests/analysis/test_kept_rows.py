"""Rows written to disk on the way are, in the tables, as if they had been held."""

from pathlib import Path

import pandas as pd

from analysis.kept_rows import KeptRows
from analysis.run import TABLES, Run
from scenarios.execution import Execution
from scenarios.one_blas_thread import one_blas_thread
from scenarios.scenario import Scenario
from tests.analysis.live import scenario

FRAMES = ("metrics", "agents", "items", "samples")


def run(scenario: Scenario, limit: int, interrupted: Path | None = None) -> Run:
    """A run that holds no more than so many bytes of a table, perhaps interrupted after step 2."""
    execution = Execution(scenario)
    for rows in execution.world.datacollector.held.values():
        rows.limit = limit
    if interrupted is not None:
        with one_blas_thread():
            execution.world.step()
            execution.world.step()
        interrupted.mkdir()
        execution.store(interrupted)
        execution = Execution(scenario)
        execution.restore(interrupted)
        for rows in execution.world.datacollector.held.values():
            rows.limit = limit
    execution.advance()
    return execution.result()


def test_a_run_that_spills_is_the_run_that_does_not(tmp_path: Path) -> None:
    asked = scenario(steps=3, meters=["web", "hill", "variance", "collapse"])
    held, spilled = run(asked, 10**9), run(asked, 1)
    resumed = run(asked, 10**5, tmp_path / "checkpoint")
    for name in FRAMES:
        for other in (spilled, resumed):
            pd.testing.assert_frame_equal(getattr(other, name), getattr(held, name))
    assert set(held.samples["domain"]) == {"pictures", "exercises", "prose"}
    folders = [each.save(tmp_path / f"{i}") for i, each in enumerate((held, spilled, resumed))]
    for table in TABLES:
        first, *others = [(folder / f"{table}.parquet").read_bytes() for folder in folders]
        assert others == [first] * 2, table


def test_no_more_is_held_than_allowed() -> None:
    rows = KeptRows(limit=3000)
    most = 0
    for step in range(100):
        rows.append({"step": [step] * 50})
        most = max(most, sum(len(part["step"]) for part in rows.held()))
    assert most == 250  # 6 parts of 512 bytes are more than 3,000: the older 3 are written
    assert [len(table) for table in rows.written()] == [150] * 32
    assert rows.table()["step"].tolist() == [step for step in range(100) for _ in range(50)]


def test_files_go_with_their_rows() -> None:
    rows = KeptRows(limit=1)
    rows.append({"step": [1]})
    file = rows._files[0]
    assert file.is_file()
    del rows
    assert not file.parent.exists()


def test_a_table_without_rows_is_empty() -> None:
    assert KeptRows().table().empty
