"""Inbreeding of a run's models, and what is said of it."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import inbreeding
from analysis.ancestry import Ancestry
from analysis.answers import inbreeding as answers
from analysis.run import Run
from ecosystem.kinship import DESCENT
from scenarios.execution import Execution
from scenarios.scenario import Scenario

N = 100
"""Documents a generation of the lineage of `wright_fisher`."""


@pytest.fixture(scope="module")
def lineage() -> Run:
    return Scenario.load("wright_fisher").with_(steps=40).run()


@pytest.fixture(scope="module")
def birds() -> tuple[Execution, Run]:
    execution = Execution(Scenario.load("habsburg").only("birds").with_(steps=5))
    return execution, execution.finish()


def test_a_lineage_is_as_inbred_as_the_closed_form_says(lineage: Run) -> None:
    models = inbreeding.of_models(lineage, "topics")
    trained = models[models["step"] > 0]
    expected = 1 - (1 - 1 / N) ** (trained["generation"] - 1)
    np.testing.assert_allclose(trained["inbreeding"], expected, rtol=1e-12)
    np.testing.assert_allclose(trained["kinship"], 1 - (1 - 1 / N) ** trained["generation"])


def test_kinship_solved_from_the_tables_is_what_the_run_carried_along(
    birds: tuple[Execution, Run],
) -> None:
    execution, run = birds
    ancestry = Ancestry(run, "birds")
    stock, kept = execution.world.stocks["birds"], execution.world.ledger.kinships["birds"]
    live = np.concatenate([stock.node[stock.node >= 0], stock.author_node])
    at = [int(np.flatnonzero(ancestry.nodes["node"] == node)[0]) for node in live]
    found = inbreeding.kinship(ancestry, at)
    np.testing.assert_allclose(found, kept.between(live)[DESCENT], rtol=0, atol=1e-12)


def test_inbreeding_is_due_to_every_generation_of_a_lineage(lineage: Run) -> None:
    """Each sampling adds (1 - 1/n)^t / n of the kinship 1 - (1 - 1/n)^t."""
    ancestry = Ancestry(lineage, "topics")
    due = inbreeding.due_to(ancestry, ancestry.find("model@40"))
    assert due["share"].sum() == pytest.approx(1.0)
    own = due[due["kind"] == "itself"]["share"].sum()
    total = 1 - (1 - 1 / N) ** 40
    assert own == pytest.approx((1 - 1 / N) ** 39 / N / total)
    assert due.iloc[0].to_dict() == {
        "kind": "model",
        "name": "model",
        "share": pytest.approx(1 - own),
    }


def test_what_is_due_to_whom_sums_to_one_with_the_own_share_first_hand(
    birds: tuple[Execution, Run],
) -> None:
    ancestry = Ancestry(birds[1], "birds")
    target = ancestry.find("model-C")
    due = inbreeding.due_to(ancestry, target)
    assert due["share"].sum() == pytest.approx(1.0)
    assert due["share"].is_monotonic_decreasing
    node = ancestry.nodes[(ancestry.nodes["name"] == "model-C") & (ancestry.nodes["step"] == 5)]
    training = node[node["kind"] == "training"].iloc[0]
    fresh = ancestry.layers.backward(target, ancestry.passed)[training.name] ** 2
    whole = float(node[node["kind"] == "model"].iloc[0]["kinship"])
    own = due.loc[due["kind"] == "itself", "share"].sum()
    assert own == pytest.approx(fresh * training["drift"] / whole)


def test_the_horizon_is_how_far_back_the_founders_are(lineage: Run) -> None:
    ancestry = Ancestry(lineage, "topics")
    seen = inbreeding.horizon(ancestry, ancestry.find("model@30"))
    assert (seen.step, seen.most) == (0, 30)
    assert seen.passages == pytest.approx(30.0)


def test_the_effective_size_of_a_lineage_is_its_sample(lineage: Run) -> None:
    models = inbreeding.of_models(lineage, "topics")
    found = inbreeding.effective_size(models["kinship"].to_numpy(), models["step"].to_numpy(float))
    assert found == pytest.approx(N)
    assert inbreeding.effective_size(np.zeros(5), np.arange(5.0)) == np.inf
    assert np.isnan(inbreeding.effective_size(np.array([0.1]), np.zeros(1)))


def test_founder_equivalents_are_one_over_mean_kinship() -> None:
    assert inbreeding.founder_equivalents(np.eye(4)) == 4.0
    assert inbreeding.founder_equivalents(np.zeros((2, 2))) == np.inf


def test_sources_are_the_shelves_a_model_drew_from(birds: tuple[Execution, Run]) -> None:
    ancestry = Ancestry(birds[1], "birds")
    shelves, shares = inbreeding.sources(ancestry, ancestry.find("model-C@5"))
    assert shares.sum() == pytest.approx(1.0)
    assert set(ancestry.nodes["kind"][shelves]) <= {"batch", "site", "thinned"}
    training = ancestry.nodes.query("name == 'model-C' and step == 5 and kind == 'training'")
    row = ancestry.layers.matrix[[int(training.index[0])]].toarray()[0]
    np.testing.assert_allclose(row[shelves], shares)
    few, of_them = inbreeding.sources(ancestry, ancestry.find("model-C@5"), most=3)
    assert len(few) == 3
    assert of_them.sum() == pytest.approx(1.0)
    assert set(np.sort(row)[-3:]) == set(row[few])


def test_the_first_generation_as_inbred_as_each_king(lineage: Run) -> None:
    found = answers.answer(lineage)
    json.dumps(found)
    one: dict[str, Any] = found["domains"]["topics"]
    first = {each["king"]: each["generation"] for each in one["as_inbred_as"]}
    # F of generation t is 1 - .99^(t - 1)
    expected = 1 + int(np.ceil(np.log(1 - 0.2503900834126398) / np.log(0.99)))
    assert first["Charles II of Spain"] == expected == 30
    assert one["mix"] is None  # it has one source
    text = answers.told(found)
    assert "generation 30 of model (step 30) is as inbred as Charles II of Spain" in text
    assert "founder horizon" in text


def test_where_nobody_is_as_inbred_as_a_king_that_is_said(birds: tuple[Execution, Run]) -> None:
    found = answers.answer(birds[1], "model-C@4", "birds")
    one = found["domains"]["birds"]
    assert one["target"] == "model-C@4"
    assert one["as_inbred_as"] == []
    assert "no generation is as inbred as Philip I" in answers.told(found)
    mixes = {mix["name"]: mix for mix in one["mix"]["mixes"]}
    assert mixes["best"]["inbreeding"] < mixes["current"]["inbreeding"]
    assert mixes["best"]["human"] <= mixes["current"]["human"] + 1e-9


def test_bad_questions_get_one_sentence(lineage: Run) -> None:
    with pytest.raises(ValueError, match="given 'fish'"):
        answers.answer(lineage, domain="fish")
    with pytest.raises(ValueError, match="a step up to 40"):
        answers.answer(lineage, "model@41")
    with pytest.raises(ValueError, match="given a run without 'nobody'"):
        answers.answer(lineage, "nobody")
    without = Scenario.load("wright_fisher").with_(steps=2, kinship=False).run()
    with pytest.raises(ValueError, match="the run kept no kinship"):
        answers.answer(without)


def test_with_inertia_the_kinship_of_a_model_is_that_of_what_it_gives_on() -> None:
    run = Scenario.load("wright_fisher").with_({"steps": 3, "models.*.learner.inertia": 0.5}).run()
    assert run.nodes is not None
    nodes = run.nodes.to_pandas().query("kind == 'model' and step == 3")
    models = inbreeding.of_models(run, "topics")
    assert models["kinship"].iloc[-1] == nodes["kinship"].iloc[0]
    last = run.metrics["topics.kinship"].iloc[-1]
    assert models["kinship"].iloc[-1] == pytest.approx(last)
