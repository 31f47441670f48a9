"""A study asked from Python, in three lines."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.complaints import ScenarioError
from scenarios.study_folder import COMPARISON
from scenarios.study_run import StudyRun
from tests.scenarios.small_study import small


@pytest.fixture(scope="module")
def made() -> StudyRun:
    return small().run()


def test_it_gives_paired_differences_with_intervals(made: StudyRun) -> None:
    table = made.compare("d.hill_1").set_index("arm")
    assert list(table.index) == ["detector", "few models"]
    own = made.comparison.query("arm == 'detector' and outcome == 'd.hill_1'")["difference"]
    row = table.loc["detector"]
    assert row["difference"] == own.mean()
    half = 4.302652729749464 * own.std() / np.sqrt(3)  # Student's t with 2 degrees of freedom
    assert row["high"] - row["low"] == pytest.approx(2 * half)
    assert (row["pairs"], row["cost"]) == (3, 15)
    assert not made.failed


def test_an_outcome_is_asked_for_by_key_or_meter(made: StudyRun) -> None:
    by_key = made.compare("d.false_share (mean)")
    pd.testing.assert_frame_equal(by_key, made.compare("d.false_share"))
    assert set(by_key["outcome"]) == {"d.false_share (mean)"}
    with pytest.raises(ScenarioError, match=r"outcome: given 'd.hil_1'; did you mean 'd.hill_1'"):
        made.compare("d.hil_1")


def test_a_meter_asked_for_twice_is_named_by_its_key() -> None:
    outcomes = [{"meter": "d.hill_1", "when": 3}, {"meter": "d.hill_1", "when": "mean"}]
    twice = small(outcomes=outcomes, replicates=1).run()
    with pytest.raises(ScenarioError, match=r"allowed|did you mean"):
        twice.compare("d.hill_1")
    assert len(twice.compare("d.hill_1 (step 3)")) == 2


def test_nothing_is_left_unless_a_folder_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: StudyRun
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    small(replicates=1).run()
    assert not list(tmp_path.iterdir())
    kept = small().run(tmp_path / "kept")
    stored = pd.read_parquet(tmp_path / "kept" / COMPARISON)
    pd.testing.assert_frame_equal(stored, made.comparison)
    pd.testing.assert_frame_equal(kept.comparison, made.comparison)


def test_runs_that_failed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from scenarios import shards

    whole = shards.made

    def failing(plain: dict[str, object], folder: str | None, replicate: int) -> shards.Files:
        if plain["policies"] and replicate == 1:
            raise ValueError("too cold")
        return whole(plain, folder, replicate)

    monkeypatch.setattr(shards, "made", failing)
    done = small().run()
    assert [one["cause"] for one in done.failed] == ["ValueError: too cold"]
    assert done.compare("d.hill_1").set_index("arm")["pairs"].to_dict() == {
        "detector": 2, "few models": 3
    }  # fmt: skip
