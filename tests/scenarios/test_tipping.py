"""Tipping points of scenarios whose tipping point is known, searched for by runs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from typer.testing import CliRunner

from analysis.tipping import TippingPoint
from scenarios import pool, shards
from scenarios.campaign import carry_out
from scenarios.cli import app
from scenarios.complaints import ScenarioError
from scenarios.findings_of import findings
from scenarios.study import Study
from scenarios.study_report import report
from scenarios.tipping import tipping_points
from tests.scenarios.small_study import small

EPS, PHI, STEPS = 0.05, 0.9, 200


def verifier(**asked: Any) -> Study:
    """A-31: a model on its own output of 10^6 documents, a verifier between generations."""
    return Study.parse(
        {
            "name": "verifier",
            "scenario": {
                "name": "own",
                "steps": STEPS,
                "measure_every": STEPS,
                "meters": ["falsehood"],
                "domains": {"d": {"kind": "encyclopedia", "weights": [1, 1, 1], "wrong_values": 1}},
                "sites": [{"name": "own", "retention": "latest", "documents": "unlimited"}],
                "models": [
                    {
                        "name": "m",
                        "start": "truth",
                        "volume": 10**6,
                        "writes": {"own": 1},
                        "diet": {"n": 10**6, "takes": [{"source": "own", "share": 1}]},
                        "learner": {
                            "kind": "frequencies",
                            "hallucination": "constant",
                            "floor": EPS,
                        },
                    }
                ],
            },
            "outcomes": [{"meter": "d.false_share", "better": "lower"}],
            "replicates": 3,
            "tipping": [
                {
                    "lever": {"path": "policies.verification.false_pass", "low": 0.1, "high": 0.9},
                    "policies": [{"kind": "verification", "true_pass": PHI}],
                    "outcome": "d.false_share",
                    **asked,
                }
            ],
        }
    )


def tip(study: Study, out: Path) -> TippingPoint:
    (found,), failed = tipping_points(study, out)
    assert not failed
    return found


def psi(error: float) -> float:
    """At which so much is false in the end, before the verifier: e = e* + (1 - e*) eps."""
    after = (error - EPS) / (1 - EPS)
    # e* = 1 - (a - 1) / ((L - 1)(1 - eps)), a = (1 - eps) L, L = phi / psi
    rest = (1 - after) * (1 - EPS)
    return PHI / ((1 - rest) / (1 - EPS - rest))


def test_the_formula_is_that_of_the_law() -> None:
    ratio = PHI / psi(0.5)
    error = 0.0
    for _ in range(2000):
        passed = error / (error + (1 - error) * ratio)
        error = passed + (1 - passed) * EPS
    assert error == pytest.approx(0.5, abs=1e-6)


def test_a_verifier_fails_where_the_law_says(tmp_path: Path) -> None:
    found = tip(verifier(threshold=0.5, tolerance=0.002), tmp_path / "out")
    law = psi(0.5)
    assert found["bracket"] is not None
    assert found["value"] == pytest.approx(law, abs=0.003)
    assert found["bracket"][1] - found["bracket"][0] <= 0.002
    assert found["low"] is not None
    assert found["high"] is not None
    assert found["low"] <= found["value"] <= found["high"]
    assert all(own is not None for own in found["own"])
    assert "rises above 0.5 at policies.verification.false_pass = 0.8" in found["says"][0]


def test_all_is_wrong_in_the_end_only_beyond_the_likelihood_ratio_of_the_law(
    tmp_path: Path,
) -> None:
    # in 200 generations what is near the critical psi, phi (1 - eps) = .855, has not converged
    found = tip(verifier(threshold=0.9, tolerance=0.01, scan=3), tmp_path / "out")
    assert found["value"] == pytest.approx(PHI * (1 - EPS), abs=0.02)


def test_no_run_is_made_twice_and_a_narrower_search_uses_those_there_are(tmp_path: Path) -> None:
    out = tmp_path / "out"
    study = verifier(threshold=0.5, tolerance=0.1, scan=3)
    first = tip(study, out)
    there = {run.name: run.stat().st_mtime_ns for run in (out / shards.RUNS).iterdir()}
    assert len(there) == 3 + 3 * len(first["tried"]), "the baseline's, and those of each value"
    assert tip(study, out) == first
    tip(verifier(threshold=0.5, tolerance=0.05, scan=3), out)
    after = {run.name: run.stat().st_mtime_ns for run in (out / shards.RUNS).iterdir()}
    assert {name: after[name] for name in there} == there
    assert len(after) > len(there)


def test_a_search_shares_its_runs_with_the_study(tmp_path: Path) -> None:
    lever = {"path": "policies.detector.compliance", "low": 0.0, "high": 1.0}
    study = small(
        arms={"all": {"policies": ["detector:compliance=1,start=2"]}},
        replicates=2,
        tipping=[
            {
                "lever": lever,
                "policies": ["detector:start=2"],
                "outcome": "d.hill_1",
                "of": "difference",
                "threshold": 50,
                "scan": 2,
            }
        ],
    )
    out = tmp_path / "out"
    carry_out(study, out)
    found = tip(study, out)
    assert len(list((out / shards.RUNS).iterdir())) == 2 * 3, "none more for compliance 1"
    assert found["tried"][0]["mean"] == 0, "nobody complies: the baseline, draw for draw"
    assert found["says"][0].startswith(
        "No crossing from 0 to 1: difference in d.hill_1 stays at or"
    )


def test_a_search_is_made_in_every_world(tmp_path: Path) -> None:
    study = small(
        arms={},
        replicates=1,
        worlds={"few": {"humans.people.volume": 100}, "many": {"humans.people.volume": 900}},
        tipping=[
            {
                "lever": {"path": "models.m.volume", "low": 0, "high": 400, "whole": True},
                "outcome": "d.tail_coverage (step 3)",
                "threshold": 2,
                "scan": 2,
            }
        ],
    )
    found, _ = tipping_points(study, tmp_path / "out")
    assert [one["world"] for one in found] == ["few", "many"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"threshold": None}, "threshold: given none, allowed a number"),
        ({"threshold": 1, "outcome": "d.hill"}, "tipping: given 'd.hill'"),
        ({"threshold": 1, "tolerance": 2}, "tolerance: given 2, allowed less than the range, 0.8"),
        ({"threshold": 1, "lever": {"path": "x", "values": [1, 2]}}, "given values, allowed low"),
    ],
)
def test_a_search_that_cannot_be_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        verifier(**asked)


def test_a_lever_that_there_is_not_is_refused_before_anything_runs(tmp_path: Path) -> None:
    lever = {"path": "policies.verification.false_poss", "low": 0, "high": 1}
    with pytest.raises(ScenarioError, match=r"tipping: .*false_poss"):
        carry_out(verifier(threshold=1, lever=lever), tmp_path / "out")


# ---------------------------------------------------------------------- what fails, and how it ends


def only_a_search(**fields: Any) -> Study:
    """Nothing is asked but where temperature makes no difference."""
    lever = {"path": "models.m.decoding.temperature", "low": 0.5, "high": 1.3, "title": "warmth"}
    asked = {"lever": lever, "outcome": "d.hill_1", "of": "difference"}
    tipping = [{**asked, "tolerance": 0.5, "scan": 2}]
    return small(arms={}, replicates=2, tipping=tipping, **fields)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = shards.made

    def sometimes(plain: Any, folder: str | None, replicate: int) -> shards.Files:
        if plain["models"][0]["decoding"]["temperature"] == 1.3 and replicate == 1:
            raise ValueError("too warm")
        return made(plain, folder, replicate)

    monkeypatch.setattr(shards, "made", sometimes)


@pytest.mark.usefixtures("failing")
def test_runs_of_a_search_that_fail_are_told(tmp_path: Path) -> None:
    study, out = only_a_search(), tmp_path / "out"
    table, planned = carry_out(study, out)
    found = findings(study, out, table)
    (failed,) = found["failed"]
    assert (failed["arm"], failed["cause"]) == ("warmth = 1.3", "ValueError: too warm")
    page = report(study, out, planned, table, found).read_text(encoding="utf-8")
    assert "warmth = 1.3, replicate 1: ValueError: too warm" in page


@pytest.mark.usefixtures("failing")
def test_a_strict_search_stops_at_the_first_run_that_fails(tmp_path: Path) -> None:
    study, out = only_a_search(), tmp_path / "out"
    table, _ = carry_out(study, out, strict=True)
    with pytest.raises(RuntimeError, match=r"replicate 1 of warmth = 1\.3 failed: ValueError"):
        findings(study, out, table, strict=True)


def test_the_command_ends_well_where_nothing_but_a_search_is_asked(tmp_path: Path) -> None:
    file, out = tmp_path / "search.toml", tmp_path / "out"
    file.write_text(tomli_w.dumps(only_a_search().model_dump(mode="json", exclude_none=True)))
    command = ["study", str(file), "--out", str(out), "--workers", "1"]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0, said.output
    assert "Tipping point: d.hill_1" in said.output
    assert "warmth = " in (out / "report.html").read_text(encoding="utf-8")
    quiet = CliRunner().invoke(app, [*command, "--quiet"])
    assert (quiet.exit_code, quiet.output) == (0, f"report: {out / 'report.html'}\n")


@pytest.mark.usefixtures("failing")
def test_the_command_says_that_runs_failed_and_stops_where_strict(tmp_path: Path) -> None:
    file, out = tmp_path / "search.toml", tmp_path / "out"
    file.write_text(tomli_w.dumps(only_a_search().model_dump(mode="json", exclude_none=True)))
    command = ["study", str(file), "--out", str(out), "--workers", "1", "--no-report"]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0
    assert "1 run failed and left out" in said.stderr
    assert "replicate 1 of warmth = 1.3: ValueError: too warm" in said.stderr
    assert isinstance(CliRunner().invoke(app, [*command, "--strict"]).exception, RuntimeError)


def test_a_search_starts_its_workers_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    @contextmanager
    def threads(workers: int) -> Iterator[ThreadPoolExecutor]:
        started.append(workers)
        with ThreadPoolExecutor(workers) as executor:
            yield executor

    monkeypatch.setattr(pool, "processes", threads)
    (found,), _ = tipping_points(only_a_search(), tmp_path / "out", workers=2)
    assert len(found["tried"]) > 2, "more than one round"
    assert started == [2]
