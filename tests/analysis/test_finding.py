"""What a name means: an author's latest self, or what stands on a site."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from analysis.ancestry import Ancestry
from analysis.finding import site_rules
from analysis.run import Run
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from tests.ecosystem.small import ENDLESS, human, scenario
from tests.properties.running import begun, stepped
from tests.properties.worlds import Plain, profile, worlds


@pytest.fixture(scope="module")
def run() -> Run:
    return Scenario.load("habsburg").only("birds").with_(steps=4).run()


@pytest.fixture(scope="module")
def ancestry(run: Run) -> Ancestry:
    return Ancestry(run, "birds")


def described(ancestry: Ancestry, target: str) -> list[tuple[str, int, str]]:
    """Kind, step and name of what is found."""
    rows = ancestry.nodes[ancestry.find(target) > 0]
    return list(rows[["kind", "step", "name"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("model-C@2", [("model", 2, "model-C")]),
        ("model-C", [("model", 4, "model-C")]),
        ("model-C@0", [("model", 0, "model-C")]),
        ("community-3", [("founder", 0, "community-3")]),
        ("community-3@4", [("founder", 0, "community-3")]),
        ("farm-3@2", [("site", 2, "farm-3/model")]),
        ("forum-1@3", [("site", 3, "forum-1/human"), ("site", 3, "forum-1/model")]),
        ("forum-1", [("site", 4, "forum-1/human"), ("site", 4, "forum-1/model")]),
    ],
)
def test_a_name_means_the_latest_of_it(
    ancestry: Ancestry, target: str, expected: list[tuple[str, int, str]]
) -> None:
    assert described(ancestry, target) == expected
    assert ancestry.find(target).sum() == pytest.approx(1.0, rel=1e-12)


def test_without_inertia_a_models_self_is_its_training_set() -> None:
    made = scenario(ledger=True, steps=3, humans=[human(volume=9, writes={"web-site": 1})])
    plain = made.with_({"models.0.join": 1, "models.0.start": "truth", "models.0.diet.n": 5}).run()
    found = Ancestry(plain, "d")
    assert described(found, "idle@2") == [("training", 2, "idle")]
    assert described(found, "idle@0") == [("training", 0, "idle")]


def test_shelves_are_weighted_by_their_documents(ancestry: Ancestry) -> None:
    weights = ancestry.find("forum-1@3")
    documents = ancestry.nodes["documents"][weights > 0]
    np.testing.assert_allclose(weights[weights > 0], documents / documents.sum(), rtol=1e-12)


def found_as_held(execution: Execution) -> None:
    """Run to the end; at every step each site holds what is found, and each model's self is it."""
    held: list[tuple[str, str, dict[int, float]]] = []
    selves: list[tuple[str, str, int]] = []
    for step in range(execution.scenario.steps + 1):
        world = stepped(execution, step).world
        for domain, stock in world.stocks.items():
            for row, site in enumerate(stock.sites):
                size = {
                    int(stock.node[shelf]): float(stock.size[shelf])
                    for shelf in range(len(stock.shelves))
                    if stock.site_of[shelf] == row and stock.size[shelf] > 0
                }
                held.append((domain, f"{site.name}@{step}", size))
            nodes = {model.name: int(stock.author_node[model.row]) for model in world.models()}
            selves += [(domain, f"{m}@{step}", node) for m, node in nodes.items() if node >= 0]
    run = execution.result()
    found = {domain: Ancestry(run, domain) for domain in run.domains}
    for domain, target, size in held:
        ancestry, total = found[domain], sum(size.values())
        if total == 0:
            with pytest.raises(ValueError, match=r"target: given"):
                ancestry.find(target)
            continue
        weights = ancestry.find(target)
        numbers = ancestry.nodes["node"][weights > 0]
        assert dict(zip(numbers, weights[weights > 0], strict=True)) == pytest.approx(
            {node: documents / total for node, documents in size.items()}, rel=1e-9
        )
    for domain, target, node in selves:
        ancestry = found[domain]
        assert ancestry.nodes["node"][np.argmax(ancestry.find(target))] == node


@profile(8)
@given(worlds(steps=3))
def test_what_stood_on_a_site_is_what_the_engine_held(given_: Plain) -> None:
    found_as_held(begun(given_))


@pytest.mark.parametrize("documents", ["finite", "unlimited"])
@pytest.mark.parametrize("retention", ["everything", {"half_life": 2}, "latest"])
@pytest.mark.parametrize("hit", [0.6, 1.0])
def test_documents_that_got_a_mark_stand_on_a_shelf_of_their_own(
    documents: str, retention: Any, hit: float
) -> None:
    """A detector starts in step 2 and flags some or all of what models wrote before."""
    site = {"name": "web-site", "documents": documents, "retention": retention, "start": 40}
    volume = {"kind": "table", "steps": [1, 2], "values": [60, 0]}
    model = {"name": "m", "start": "truth", "volume": volume, "writes": {"web-site": 1}}
    detector = {"kind": "detector", "start": 2, "hit": hit, "false_alarm": 0.3}
    made = scenario(
        ledger=True,
        steps=4,
        sites=[site],
        humans=[human(volume=20, writes={"web-site": 1})],
        models=[{**model, "diet": {"n": 5}}],
        policies=[detector],
    )
    found_as_held(Execution(made))


def test_what_fades_on_an_unlimited_site_weighs_less() -> None:
    """Humans write 8 documents in step 1 only, the models 4 in every step; half goes each step."""
    site = {"name": "web-site", **ENDLESS, "retention": {"half_life": 1}}
    volume = {"kind": "table", "steps": [1, 2], "values": [8, 0]}
    model = {"name": "m", "start": "truth", "volume": 4, "writes": {"web-site": 1}}
    made = scenario(
        ledger=True,
        steps=3,
        sites=[site],
        humans=[human(volume=volume, writes={"web-site": 1})],
        models=[{**model, "diet": {"n": 5}}],
    )
    ancestry = Ancestry(made.run(), "d")
    weights = pd.Series(ancestry.find("web-site@3"), ancestry.nodes["name"])
    total = 8 / 4 + 4 + 2 + 1
    assert weights[weights > 0].to_dict() == pytest.approx(
        {"web-site/human": 2 / total, "web-site/model": 7 / total}
    )


def test_members_of_a_group_of_sites_have_its_rules() -> None:
    many = {"name": "forum", "count": 2, "retention": "latest"}
    rules = site_rules({"sites": [many, {"name": "farm", "documents": "unlimited"}]})
    assert {name: (site.survival, site.documents) for name, site in rules.items()} == {
        "forum-1": (0.0, "finite"),
        "forum-2": (0.0, "finite"),
        "farm": (1.0, "unlimited"),
    }


def test_a_node_or_weights_are_taken_as_they_are(ancestry: Ancestry) -> None:
    assert np.flatnonzero(ancestry.find(3)).tolist() == [3]
    weights = np.zeros(len(ancestry.nodes))
    weights[[1, 4]] = 0.25, 0.75
    np.testing.assert_array_equal(ancestry.find(weights), weights)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("model-CC", r"target: given 'model-CC'; did you mean 'model-C'\?"),
        ("farms-3@1", r"target: given 'farms-3'; did you mean 'farm-3'\?"),
        ("model-C@x", "target: given 'model-C@x', allowed NAME or NAME@STEP"),
        ("model-C@-1", "target: given 'model-C@-1', allowed NAME or NAME@STEP"),
        ("model-C@5", "target: given 'model-C@5', allowed a step up to 4"),
        ("farm-3@0", "target: given 'farm-3@0', allowed a step from 1 on, its first"),
        (-1, "target: given node -1, allowed 0 to"),
        (10**6, "target: given node 1000000, allowed 0 to"),
        (np.ones(3), r"target: given weights of shape \(3,\) and sum 3, allowed"),
    ],
)
def test_what_is_not_there_gets_one_sentence(ancestry: Ancestry, target: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        ancestry.find(target)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("weights", [(-0.5, 1.5), (0.5, 0.4), (np.nan, 1.0)])
def test_weights_that_are_no_shares_are_refused(
    ancestry: Ancestry, weights: tuple[float, float]
) -> None:
    target = np.zeros(len(ancestry.nodes))
    target[:2] = weights
    with pytest.raises(ValueError, match=r"of 0 or more that sum to 1$"):
        ancestry.find(target)


def test_an_empty_site_has_no_ancestry() -> None:
    """Humans write in step 1 only, on a site that keeps the latest."""
    volume = {"kind": "table", "steps": [1, 2], "values": [8, 0]}
    made = scenario(
        ledger=True,
        steps=2,
        sites=[{"name": "web-site", "retention": "latest"}, {"name": "other"}],
        humans=[human(volume=volume, writes={"web-site": 1})],
    )
    ancestry = Ancestry(made.run(), "d")
    assert described(ancestry, "web-site@1") == [("batch", 1, "web-site/human")]
    with pytest.raises(ValueError, match=r"given 'web-site@2', where nothing stands then"):
        ancestry.find("web-site@2")
