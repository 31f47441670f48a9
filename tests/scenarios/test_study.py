"""Studies: what is asked, what is run for it, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecosystem.policies
from ecosystem.discovery import discover
from ecosystem.policies.policy import Policy
from scenarios import outcome
from scenarios.campaign import carry_out
from scenarios.complaints import ScenarioError
from scenarios.designs import Design, points
from scenarios.inventory import shipped_studies
from scenarios.study import Study
from scenarios.study_report import gathered, report
from tests.scenarios.small_study import small

SAMPLED = {
    "temperature": {"path": "models.m.decoding.temperature", "low": 0.5, "high": 1.5},
    "documents": {"path": "models.m.diet.n", "low": 50, "high": 500, "whole": True},
}
GRID = {
    "compliance": {"path": "policies.detector.compliance", "values": [0.5, 1.0]},
    "hit": {"path": "policies.detector.hit", "values": [0.2, 0.9]},
}


def test_arms_add_policies_and_settings_to_the_baseline() -> None:
    cases = {case.arm: case for case in small().cases()}
    assert list(cases) == ["baseline", "detector", "few models"]
    assert not cases["baseline"].scenario.policies
    (policy,) = cases["detector"].scenario.policies
    assert (policy.kind, policy.start, cases["detector"].cost) == ("detector", 2, 15.0)
    assert cases["few models"].scenario.models[0].count == 2
    assert cases["few models"].cost == 0


def test_arms_are_combined_in_pairs() -> None:
    arms = {kind: {"policies": [kind], "says": kind} for kind in ("surprise", "detector")}
    cases = {c.arm: c for c in small(arms=arms, combine=2).cases()}
    assert list(cases) == ["baseline", "surprise", "detector", "surprise + detector"]
    both = cases["surprise + detector"]
    assert [p.kind for p in both.scenario.policies] == ["surprise", "detector"]
    assert both.says == "surprise; detector"


def test_a_grid_is_every_combination_with_its_levers() -> None:
    study = small(arms={}, design={"levers": GRID, "policies": ["detector"]})
    cases = list(study.cases())[1:]
    assert [tuple(c.levers.values()) for c in cases] == [
        (0.5, 0.2), (0.5, 0.9), (1.0, 0.2), (1.0, 0.9)
    ]  # fmt: skip
    for case in cases:
        (policy,) = case.scenario.policies
        assert {"compliance": policy.compliance, "hit": policy.hit} == dict(case.levers)
    assert cases[0].arm == "compliance 0.5, hit 0.2"


@pytest.mark.parametrize(("plan", "size", "rows"), [
    ("latin_hypercube", 7, 7), ("sobol", 4, 4 * 4), ("morris", 3, 3 * 3),
])  # fmt: skip
def test_sampled_designs_lie_in_their_ranges_and_repeat(plan: Any, size: int, rows: int) -> None:
    design = Design.model_validate({"levers": SAMPLED, "plan": plan, "size": size})
    first, again = list(points(design)), list(points(design))
    assert first == again
    assert len(first) == rows
    values = np.array([list(given.values()) for _, given, _ in first])
    assert ((values >= [0.5, 50]) & (values <= [1.5, 500])).all()
    assert (values[:, 1] % 1 == 0).all()
    assert len({name for name, _, _ in first}) == rows


def test_unlike_values_have_unlike_names() -> None:
    values = [1000000.0, 1000001.0, 0.1, 0.1 + 1e-12, 2]
    levers = {"volume": {"path": "humans.people.volume", "values": values}}
    study = small(arms={}, design={"levers": levers})
    assert [case.levers["volume"] for case in list(study.cases())[1:]] == values
    assert list(study.named_arms)[:3] == ["volume 1e+06", "volume 1000001.0", "volume 0.1"]


def test_arms_that_set_the_same_alike_are_combined() -> None:
    arms = {"a": {"set": {"steps": 5}}, "b": {"set": {"steps": 5, "seed": 2}}}
    assert small(arms=arms, combine=2).named_arms["a + b"][0].set == {"steps": 5, "seed": 2}


def test_each_world_has_a_baseline_of_its_own() -> None:
    study = small(worlds={"plain": {}, "cold": {"models.m.decoding.temperature": 0.5}})
    cases = list(study.cases())
    assert [(c.world, c.arm) for c in cases] == [
        (world, arm)
        for world in ("plain", "cold")
        for arm in ("baseline", "detector", "few models")
    ]
    assert all(c.scenario.models[0].decoding.temperature == 0.5 for c in cases[3:])


def test_worlds_may_be_sampled() -> None:
    study = small(worlds={"levers": SAMPLED, "plan": "latin_hypercube", "size": 3})
    assert [c.world for c in study.cases()] == [f"point {i}" for i in range(3) for _ in range(3)]


def test_a_study_knows_itself_whatever_its_replicates() -> None:
    assert small().digest == small(replicates=50).digest
    assert small().digest != small(combine=2).digest


def test_a_ledger_is_kept_only_where_an_outcome_needs_it() -> None:
    kept = small(outcomes=[{"meter": "d.selection_excess"}])
    kept = kept.with_(set={"kinship": True})
    assert all(c.scenario.ledger for c in kept.check())
    assert not any(c.scenario.ledger for c in small().check())


@pytest.mark.parametrize("name", shipped_studies())
def test_shipped_studies_can_be_run_and_say_what_they_ask(name: str) -> None:
    study = Study.load(name)
    assert study.name == name
    assert study.title and study.question.endswith("?") and study.leaves_out
    assert len(study.check()) > 1


def test_all_defences_has_every_policy_that_defends() -> None:
    known = set(discover(ecosystem.policies, Policy))
    # one does nothing, one names members, one undoes a setting of, one checks what another has
    others = {"nothing", "blocklist", "reopening", "biased_verifier"}
    assert set(Study.load("all_defences").arms) == known - others


# ---------------------------------------------------------------------- bad input


SHORT = {"set": {"steps": 5}}
TIPS: dict[str, Any] = {
    "lever": {"path": "policies.detector.hit", "low": 0, "high": 1},
    "policies": ["detector"],
    "outcome": "d.hill_1",
    "of": "difference",
}


@pytest.mark.parametrize(("fields", "said"), [
    ({"arms": {}}, "neither arms nor a design"),
    ({"arms": {"a": {}}}, "arms.a: given nothing to do"),
    ({"arms": {" ": {"policies": ["detector"]}}}, "arms"),
    ({"arms": {"a\nb": {"policies": ["detector"]}}}, "arms"),
    ({"arms": {"a": {"policies": ["detector:cost=inf"]}}}, "arms.a: .*cost: given inf, allowed"),
    ({"arms": {"a": {"policies": ["detector:cost=1e308"]}}}, "cost: given 1e\\+308, allowed"),
    ({"outcomes": [{"meter": "date"}], "set": {"calendar": {"start": "2022-12-31"}}},
     "outcomes: given 'date'"),
    ({"design": {"levers": {"x": {"path": "steps", "values": []}}}}, "x: given no values"),
    ({"design": {"levers": {"x": {"path": "policies.detector.hit", "values": [1]}}}},
     "set policies.detector.hit: given 'detector', where there is none at all"),
    ({"design": {"plan": "sobol", "size": 4, "policies": ["detector"],
                 "levers": {"x": {"path": "policies.detector.hit", "low": 0, "high": 1.2}}}},
     "design.levers.x.high: .*hit: given 1.2, allowed at most 1"),
    ({"tipping": [TIPS | {"threshold": float("nan")}]}, "threshold: given nan"),
    ({"tipping": [TIPS | {"tolerance": 1e-300}]}, "tolerance: given 1e-300, allowed at least"),
    ({"arms": {"baseline": {}}}, "arms: given 'baseline'"),
    ({"arms": {"a": {"policies": ["detecter"]}}}, r"arms.a: .*detect.*did you mean 'detector'"),
    ({"arms": {"a": {"set": {"models.x.count": 1}}}}, r"arms.a: set models.x.count: no member 'x'"),
    ({"arms": {"a": {"policies": ["detector:hit=2"]}}}, r"arms.a: .*hit: given 2"),
    ({"scenario": "habsburk"}, "scenario: given 'habsburk'; did you mean 'habsburg'"),
    ({"outcomes": []}, "outcomes: given 0, allowed at least 1"),
    ({"outcomes": [{"meter": "d.hil_1"}]}, "outcomes: given 'd.hil_1'; did you mean 'd.hill_1'"),
    ({"outcomes": [{"meter": "d.hill_1", "when": 99}]}, "step 99 of d.hill_1, allowed 0 to 6"),
    ({"outcomes": [{"meter": "d.hill_1"}] * 2}, "given one twice"),
    ({"outcomes": [{"meter": "d.hill_1", "when": 3}], "set": {"measure_every": 5}},
     "step 3 of d.hill_1, allowed 0 to 6 in steps of 5, and the last"),
    ({"outcomes": [{"meter": "d.hill_1", "when": 3}], "arms": {"a": {"set": {"measure_every": 2}}}},
     "step 3 of d.hill_1, in a, allowed 0 to 6 in steps of 2"),
    ({"outcomes": [{"meter": "d.hill_1", "when": 6}], "arms": {"short": {"set": {"steps": 4}}}},
     "step 6 of d.hill_1, in short, allowed 0 to 4"),
    ({"arms": {"blind": {"set": {"meters": ["hill"]}}}},
     "outcomes: given 'd.false_share', in blind; "),
    ({"worlds": {"as it is": {}, "blind": {"meters": ["hill"]}}},
     "outcomes: given 'd.false_share', in baseline in blind; "),
    ({"worlds": {"w": {"steps": 0}}}, r"worlds.w: steps: given 0"),
    ({"design": {"levers": {}}}, "design.levers: given 0, allowed at least 1"),
    ({"design": {"levers": {"x": {"path": "steps"}}}}, "x: given no values, allowed one"),
    ({"design": {"levers": {"x": {"path": "steps", "values": [1], "low": 0, "high": 1}}}},
     "not one of both"),
    ({"design": {"levers": {"x": {"path": "steps", "low": 2, "high": 1}}}}, "allowed low < high"),
    ({"design": {"levers": SAMPLED}}, "given no values"),
    ({"design": {"levers": GRID, "plan": "morris", "size": 2}}, "allowed low and high"),
    ({"design": {"levers": SAMPLED, "plan": "sobol", "size": 6}}, "allowed a power of 2"),
    ({"design": {"levers": SAMPLED, "plan": "morris"}}, "size: given 0, allowed 1 or more"),
    ({"arms": dict.fromkeys(("a", "b", "a + b"), SHORT), "combine": 2},
     "arms: given 'a [+] b' twice"),
    ({"arms": {"x 1": SHORT}, "design": {"levers": {"x": {"path": "seed", "values": [1]}}}},
     "arms: given 'x 1' twice"),
    ({"design": {"levers": {"x": {"path": "seed", "values": [1.2, 1.4], "whole": True}}}},
     "arms: given 'x 1' twice"),
    ({"design": {"levers": {"x": {"path": "seed", "values": [1, 1.0]}}}}, "values: given 1 twice"),
    ({"arms": {"a": {"set": {"steps": 5}}, "b": {"set": {"steps": 4}}}, "combine": 2},
     r"arms.a \+ b: set: given steps = 5 and steps = 4"),
    ({"arms": {"a": {"set": {"models.*.diet.n": 5}}, "b": {"set": {"models.m.diet": {"n": 4}}}},
      "combine": 2}, r'set: given models.\*.diet.n = 5 and models.m.diet = {"n": 4}'),
    ({"arms": {"a": {"set": {"models.0.count": 5}}, "b": {"set": {"models.m.count": 4}}},
      "combine": 2}, "set: given models.0.count = 5 and models.m.count = 4"),
    ({"design": {"levers": {"arm": {"path": "seed", "values": [1]}}}},
     "levers: given 'arm', which is a column"),
    ({"worlds": {"levers": {"cost": {"path": "seed", "values": [1]}}}},
     "levers: given 'cost', which is a column"),
    ({"design": {"levers": {"x": {"path": "seed", "values": [1]}}},
      "worlds": {"levers": {"x": {"path": "seed", "values": [1]}}}}, "in the design and in"),
    ({"replicates": 0}, "replicates: given 0"),
    ({"replicates": 100_000}, "allowed at most 200,000"),
    ({"nonsense": 1}, "nonsense: unknown field"),
])  # fmt: skip
def test_what_is_no_study_is_refused_in_one_sentence(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        small(**fields).check()
    assert "\n" not in str(refused.value)


def test_what_measures_alike_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []
    measured = outcome.measured
    monkeypatch.setattr(outcome, "measured", lambda one: tried.append(one) or measured(one))
    levers = {"items": {"path": "domains.d.zipf.items", "values": [20, 25, 30, 35]}}
    small(design={"levers": levers}).check()
    assert len(tried) == 2, "whether a ledger is needed, and what is measured"


def test_a_costly_meter_is_refused_at_a_step_where_it_is_not_read() -> None:
    asked = [{"meter": "d.answers_2.median", "when": 3}, {"meter": "d.hill_1", "when": 3}]
    small(outcomes=asked[1:], set={"costly_every": 2}).check()
    with pytest.raises(ScenarioError, match=r"step 3 of d.answers_2.median, allowed .* steps of 2"):
        small(outcomes=asked, set={"costly_every": 2}).check()


@pytest.mark.parametrize("name", ["watermark_complience", "no.toml", "x/y.toml"])
def test_a_study_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(ScenarioError, match="study: given"):
        Study.load(name)


def test_a_lever_of_no_policy_is_refused_with_those_there_are() -> None:
    levers = {"x": {"path": "policies.detectr.hit", "values": [0.5]}}
    with pytest.raises(ScenarioError, match="no member 'detectr'; did you mean 'detector'"):
        small(design={"levers": levers, "policies": ["detector"]}).check()


# ---------------------------------------------------------------------- budget


def test_arms_beyond_the_budget_are_left_out() -> None:
    """The detector costs 3 a step in steps 2 to 6: 15."""
    arms = {case.arm for case in small(budget=15).cases()}
    assert arms == {"baseline", "detector", "few models"}
    assert {case.arm for case in small(budget=14.9).cases()} == {"baseline", "few models"}


def test_a_budget_counts_what_is_spent_above_the_baseline() -> None:
    dear = small().baseline.with_(policies=[{"kind": "nothing", "cost": 100}]).plain()
    assert "detector" in {case.arm for case in small(scenario=dear, budget=15).cases()}


def test_a_budget_that_no_arm_keeps_to_is_refused() -> None:
    arms = {"a": {"policies": ["detector:cost=3"]}}
    with pytest.raises(ScenarioError, match="budget: given 1, which no arm keeps to; the cheapest"):
        list(small(arms=arms, budget=1).cases())


def test_the_report_names_what_the_budget_left_out(tmp_path: Path) -> None:
    asked = small(budget=1)
    table, planned = carry_out(asked, tmp_path / "out")
    told = gathered(asked, tmp_path / "out", planned, table)
    assert told.too_dear == ["detector"]
    page = report(asked, tmp_path / "out", planned, table, {}).read_text(encoding="utf-8")
    assert "Left out, as dearer:\ndetector." in page
