"""Tipping points of scenarios whose tipping point is known, searched for by runs."""

from pathlib import Path
from typing import Any

import pytest

from analysis.tipping import TippingPoint
from scenarios import shards
from scenarios.campaign import carry_out
from scenarios.complaints import ScenarioError
from scenarios.study import Study
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
    (found,) = tipping_points(study, out)
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
    found = tipping_points(study, tmp_path / "out")
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
