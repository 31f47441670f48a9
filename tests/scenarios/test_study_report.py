"""The report of a study that was run: from its folder, with its tables for other programs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosystem.policies.detector import Detector
from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.findings_of import findings
from scenarios.plan import Planned
from scenarios.study import Study
from scenarios.study_folder import COMPARISON
from scenarios.study_report import gathered, report
from tests.analysis.test_report import visible
from tests.scenarios.small_study import small

Done = tuple[Study, Path, list[Planned], pd.DataFrame]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Two worlds, three arms and their pairs, with costs; its report is written."""
    study = small(
        combine=2,
        arms={
            "detector": {"says": "filter", "policies": ["detector:start=2,cost=3"]},
            "half": {"says": "some filter", "policies": ["detector:start=2,compliance=0.5"]},
            "few models": {"set": {"models.m.count": 2}},
        },
        worlds={"as it is": {}, "small": {"humans.people.volume": 100.0}},
    )
    out = tmp_path_factory.mktemp("study") / "one"
    table, planned = carry_out(study, out)
    report(study, out, planned, table, findings(study, out, table))
    return study, out, planned, table


def test_the_page_tells_of_every_arm_world_and_outcome(done: Done) -> None:
    study, out, _, _ = done
    said = visible((out / "report.html").read_text(encoding="utf-8"))
    for part in (*study.named_arms, *study.named_worlds, *study.named_worlds):
        assert part in said
    assert len(list((out / "figures").glob("*_forest.svg"))) == 2 * len(study.outcomes)
    assert f"detector : {(Detector.__doc__ or '').splitlines()[0]}" in said
    assert "detector:start=2,cost=3" in said
    assert "models.m.count = 2" in said


def test_tables_for_ema_workbench_have_a_row_a_run_in_the_same_order(done: Done) -> None:
    study, out, _, table = done
    experiments, outcomes = (pd.read_csv(out / f"{n}.csv") for n in ("experiments", "outcomes"))
    assert len(experiments) == len(outcomes) == 2 * len(study.named_arms) * study.replicates
    assert list(experiments.columns) == ["world", "arm", "replicate"]
    wide = experiments.join(outcomes)
    for row in table.sample(20, random_state=1).to_dict("records"):
        own = wide[(wide["world"] == row["world"]) & (wide["arm"] == row["arm"])]
        own = own[own["replicate"] == row["replicate"]]
        assert own[row["outcome"]].item() == pytest.approx(row["value"])
        assert own[f"{row['outcome']} - baseline"].item() == pytest.approx(row["difference"])
        assert own["cost"].item() == row["cost"]


def test_levers_are_columns_of_the_experiments(tmp_path: Path) -> None:
    levers = {
        "hit": {"path": "policies.detector.hit", "values": [0.2, 0.9]},
        "human share": {"path": "policies.detector.false_alarm", "values": [0.0, 0.3]},
    }
    study = small(arms={}, design={"levers": levers, "policies": ["detector"]}, replicates=1)
    table, planned = carry_out(study, tmp_path / "out")
    report(study, tmp_path / "out", planned, table)
    found = pd.read_csv(tmp_path / "out" / "experiments.csv")
    assert found["hit"].tolist() == [0.2, 0.2, 0.9, 0.9]
    assert found["human share"].tolist() == [0.0, 0.3, 0.0, 0.3]
    assert list((tmp_path / "out" / "figures").glob("*_plane.svg"))


@pytest.mark.parametrize(
    ("path", "values", "told"),
    [
        ("sites.forum.retention", ["latest", {"half_life": 2}], ["latest", '{"half_life": 2}']),
        ("kinship", ["auto", True], ["auto", "true"]),
        ("sites.forum.retention", [{"half_life": 2}, {"half_life": 3}],
         ['{"half_life": 2}', '{"half_life": 3}']),
        ("models.m.volume", [100, 200.5], [100.0, 200.5]),
        ("kinship", [False, True], [False, True]),
    ],
)  # fmt: skip
def test_values_of_any_kind_are_swept(
    tmp_path: Path, path: str, values: list[Any], told: list[Any]
) -> None:
    design = {"levers": {"x": {"path": path, "values": values}, "n": {
        "path": "models.m.diet.n", "values": [100, 200]}}}  # fmt: skip
    study = small(arms={"few": {"set": {"models.m.count": 2}}}, design=design, replicates=1)
    out = tmp_path / "out"
    table, planned = carry_out(study, out)
    report(study, out, planned, table, findings(study, out, table))
    found = pd.read_parquet(out / COMPARISON).drop_duplicates("arm")["lever:x"].tolist()
    assert found[0] is None or np.isnan(found[0]), "of no arm of its own"
    assert found[1:] == [value for value in told for _ in range(2)]
    assert pd.read_csv(out / "experiments.csv")["n"].tolist()[1:] == [100, 200] * 2


def test_curves_are_those_of_the_stored_runs(done: Done) -> None:
    study, out, planned, table = done
    told = gathered(study, out, planned, table)
    curve = told.curves["as it is", "d.hill_1"]
    cases = {c.arm: c.scenario for c in study.cases() if c.world == "as it is"}
    assert len(curve.arms) == 3
    for arm, values in curve.arms.items():
        assert np.array_equal(values[1], cases[arm].run(1).metrics["d.hill_1"])
    assert np.array_equal(curve.baseline[2], study.baseline.run(2).metrics["d.hill_1"])


def test_a_run_that_failed_is_named_with_its_cause_and_its_pair_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shards.made

    def failing(plain: dict[str, Any], folder: str | None, replicate: int) -> shards.Files:
        if plain["policies"] and replicate == 1:
            raise ValueError("too cold")
        return made(plain, folder, replicate)

    monkeypatch.setattr(shards, "made", failing)
    study, out = small(), tmp_path / "out"
    table, planned = carry_out(study, out)
    said = visible(report(study, out, planned, table).read_text(encoding="utf-8"))
    assert "1 run failed; 1 pair of runs is missing for it" in said
    assert "detector, replicate 1: ValueError: too cold" in said
    assert len(pd.read_csv(out / "outcomes.csv")) == 5


def test_the_command_names_a_shipped_study_or_a_file(done: Done) -> None:
    study, out, planned, table = done
    assert gathered(study, out, planned, table).again.startswith("python run.py study small.toml")
    shipped = Study.load("too_late")
    told = gathered(shipped, Path("out/studies/too_late"), [], table)
    assert told.again == "python run.py study too_late --replicates 5"
    elsewhere = gathered(shipped, Path("mine/of may/place"), [], table)
    assert elsewhere.again.endswith(" --out 'mine/of may/place'")


def test_the_same_runs_give_the_same_page(done: Done) -> None:
    study, out, planned, table = done
    before = (out / "report.html").read_bytes()
    report(study, out, planned, table, findings(study, out, table))
    assert (out / "report.html").read_bytes() == before
    assert json.loads((out / "study.json").read_text())["digest"] == study.digest


def test_a_study_of_tipping_points_only_is_reported(tmp_path: Path) -> None:
    lever = {"path": "policies.detector.hit", "low": 0, "high": 1, "title": "found"}
    asked = {"lever": lever, "policies": ["detector"], "outcome": "d.hill_1", "threshold": 15}
    study, out = small(arms={}, tipping=[{**asked, "scan": 2, "tolerance": 0.5}]), tmp_path / "out"
    table, planned = carry_out(study, out)
    assert table.empty
    found = findings(study, out, table)
    said = visible(report(study, out, planned, table, found).read_text(encoding="utf-8"))
    assert f"Tipping point: {found['tipping'][0]['says'][0]}" in said
    assert "Every arm" not in said
    assert pd.read_csv(out / "outcomes.csv").empty


def test_worlds_and_levers_are_told_with_what_they_set(tmp_path: Path) -> None:
    asked = small(
        arms={},
        design={"levers": {"x": {"path": "models.m.diet.n", "values": [100, 200]}}},
        worlds={"few": {"humans.people.volume": 90}, "as it is": {}},
        replicates=1,
    )
    table, planned = carry_out(asked, tmp_path / "out")
    told = gathered(asked, tmp_path / "out", planned, table)
    assert told.settings == {"few": "humans.people.volume = 90", "as it is": ""}
    assert told.levers == {"x": "models.m.diet.n"}
    page = report(asked, tmp_path / "out", planned, table).read_text(encoding="utf-8")
    assert "few: <code>humans.people.volume = 90</code>" in page
    assert "as it is: as the baseline" in page
