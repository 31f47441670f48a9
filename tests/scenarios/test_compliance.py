"""Who complies is known again from seed and replicate, and is whoever the policy asks."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.gains import gains
from ecosystem.draws import Draws
from scenarios.campaign import carry_out
from scenarios.compliance import by_model, others, sides
from scenarios.members import bound_policies
from scenarios.plan import Planned
from scenarios.study import Study
from tests.scenarios.small_study import small

WEB = small().model_dump()["scenario"]
HALF = {
    "detector": ["detector:start=2,compliance=0.5"],
    "mark": ["watermark:start=2,compliance=0.5,readers=0.5"],
    "sites": ["opt_out:start=2,compliance=0.5"],
    "communities": ["paid_writing:start=2,compliance=0.5"],
    "all": ["detector:start=2"],
}


def study(replicates: int = 4) -> Study:
    scenario = {
        **WEB,
        "sites": [{**WEB["sites"][0], "name": "s", "count": 6}],
        "humans": [{**WEB["humans"][0], "name": "h", "count": 5, "writes": {"s": 1}}],
        "models": [{**WEB["models"][0], "count": 8, "writes": {"s": 1}}],
        "policies": [{"kind": "tail_training", "compliance": 0.5}],
    }
    arms = {name: {"policies": given} for name, given in HALF.items()}
    return small(
        scenario=scenario,
        arms=arms,
        outcomes=[{"meter": "d.hill_1"}, {"meter": "d.tail_coverage", "when": 3}],
        replicates=replicates,
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path, list[Planned]]:
    out = tmp_path_factory.mktemp("study") / "one"
    asked = study()
    return asked, out, carry_out(asked, out)[1]


def test_who_complies_are_those_whom_the_policy_asks() -> None:
    case = {c.arm: c for c in study().cases()}
    who = {arm: {(s.does, s.who) for s in sides(case[arm].scenario, 0)} for arm in HALF}
    base = ("comply", "models")  # of the policy that the baseline has too
    assert who["detector"] == {base}
    assert who["mark"] == {base, ("heed", "models")}
    assert who["sites"] == {base, ("comply", "sites"), ("heed", "models")}
    assert who["communities"] == {base, ("comply", "communities")}


def test_models_are_those_that_acted_on_it_in_the_run(
    done: tuple[Study, Path, list[Planned]],
) -> None:
    asked, out, planned = done
    table = by_model(asked.outcomes, out, planned)
    own = table[(table["arm"] == "detector") & (table["replicate"] == 1)].set_index("model")
    case = next(c for c in asked.cases() if c.arm == "detector")
    policy = bound_policies(case.scenario, Draws(case.scenario.seed, 1))[-1]
    assert own["inside"].to_dict() == {f"m-{i}": policy.complies(f"m-{i}") for i in range(1, 9)}
    for run, column in ((asked.baseline.run(1), "baseline"), (case.scenario.run(1), "value")):
        last = run.agents[run.agents["step"] == 6].set_index("agent")["d.hill_1"]
        assert own[column].to_dict() == last.to_dict()


def test_only_partial_policies_of_the_arm_and_outcomes_at_the_end_count(
    done: tuple[Study, Path, list[Planned]],
) -> None:
    asked, out, planned = done
    table = by_model(asked.outcomes, out, planned)
    assert set(table["outcome"]) == {"d.hill_1"}
    found = set(map(tuple, table[["arm", "policy", "side"]].drop_duplicates().to_numpy()))
    assert found == {
        ("detector", "detector", "comply"),
        ("mark", "watermark", "comply"),
        ("mark", "watermark", "heed"),
    }


def test_of_sites_and_communities_only_the_number_is_told(
    done: tuple[Study, Path, list[Planned]],
) -> None:
    table = others(done[2]).set_index("arm")
    assert table["who"].to_dict() == {"sites": "sites", "communities": "communities"}
    assert table["asked"].to_dict() == {"sites": 6, "communities": 5}
    assert ((table["inside"] > 0) & (table["inside"] < table["asked"])).all()


def test_groups_make_up_the_difference_of_all_models(
    done: tuple[Study, Path, list[Planned]],
) -> None:
    asked, out, planned = done
    table = by_model(asked.outcomes, out, planned)
    one = table[(table["arm"] == "detector") & (table["replicate"] == 0)]
    (row,) = gains(one).to_dict("records")
    compared = pd.read_parquet(out / "comparison.parquet")
    whole = compared.query("arm == 'detector' and replicate == 0 and outcome == 'd.hill_1'")
    mixed = row["share"] * row["inside"] + (1 - row["share"]) * row["outside"]
    assert mixed == pytest.approx(whole["difference"].item())
