"""Novelty: a share of what models write is on items that nobody has written about so far."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosystem.ecosystem import Ecosystem
from ecosystem.ledger import NODES, of_today
from scenarios.complaints import ScenarioError
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.ecosystem.small import DOMAIN

KNOWN, UNWRITTEN = 4, 400
SITE = {"documents": "finite", "volume": "exact", "retention": {"half_life": 1}}


def model(name: str, novelty: float = 0.0, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "volume": 30,
        "writes": {"page": 1},
        "diet": {"n": 60, "takes": [{"source": ["page", "books"], "share": 1}]},
        "decoding": {"novelty": novelty},
        **fields,
    }


def scenario(unwritten: int = UNWRITTEN, **fields: Any) -> Scenario:
    """Two models of unlike novelty, a lazy one and one without, beside humans who write books."""
    models = [
        model("a", 0.1),
        model("b", 0.3, learner={"kind": "frequencies", "inertia": 0.5}),
        model("c", 0.2, every=3),
        model("d"),
    ]
    given = {
        "name": "novelty",
        "seed": 3,
        "steps": 6,
        "lineage": 0,
        "domains": {
            DOMAIN: {
                "kind": "encyclopedia",
                "weights": [1.0] * KNOWN + [0.0] * unwritten,
                "wrong_values": 1,
            }
        },
        "sites": [{"name": "page", **SITE}, {"name": "books", **SITE}],
        "humans": [{"name": "people", "volume": 20, "error": 0.1, "writes": {"books": 1}}],
        "models": models,
    }
    return Scenario.parse({**given, **fields})


def of_items(world: Ecosystem, cells: Any) -> Any:
    """(..., items) documents or shares of each item."""
    return cells.reshape(*cells.shape[:-1], *world.domains[DOMAIN].shape).sum(axis=-1)


def learnt(world: Ecosystem, name: str) -> Any:
    """(items,) what a model writes of what it knows."""
    found = next(agent for agent in world.models() if agent.name == name)
    return found.learners[DOMAIN].voice().sum(axis=1)


def test_a_share_of_each_voice_is_spread_over_what_nobody_ever_wrote_about() -> None:
    execution = Execution(scenario())
    world, stock = execution.world, execution.world.stocks[DOMAIN]
    written = np.zeros(KNOWN + UNWRITTEN, dtype=bool)
    shares = {"a": 0.1, "b": 0.3, "c": 0.2, "d": 0.0}
    for _ in range(6):
        written |= of_items(world, stock.cells).any(axis=0)
        for name, share in shares.items():
            voice = of_items(world, stock.voices[stock.authors.index(name)])
            own = learnt(world, name)
            new = (voice > 0) & (own == 0)
            assert not (new & written).any(), "what is new was never written about"
            assert voice.sum() == pytest.approx(1)
            np.testing.assert_allclose(voice[~new], (1 - share) * own[~new])
            if share:
                np.testing.assert_allclose(voice[new], share / new.sum())
            else:
                assert not new.any()
        world.step()
    said = stock.cells.reshape(-1, KNOWN + UNWRITTEN, 2)
    found = written[KNOWN:].sum()
    assert found > 60, "about 18 documents a step are novel"
    assert not said[:, KNOWN:, 1].any(), "what is said of a new item is true"


def test_no_document_on_an_item_that_was_written_about_before_comes_of_novelty() -> None:
    """Models that never learn: all they write beyond what they began with comes of novelty."""
    models = [model(name, 0.5, every=100) for name in "ab"]
    latest = {**SITE, "retention": "latest"}
    given = scenario(models=models, sites=[{"name": "page", **latest}, {"name": "books", **latest}])
    world = Execution(given).world
    stock, written = world.stocks[DOMAIN], set[int]()
    for _ in range(6):
        world.step()
        items = set(np.flatnonzero(of_items(world, stock.cells).any(axis=0)[KNOWN:]).tolist())
        assert len(items) >= 15, "of 60 documents a step half are novel, hardly any two alike"
        assert not items & written
        written |= items


def test_where_nothing_new_is_left_models_write_as_without_novelty() -> None:
    execution = Execution(scenario(unwritten=5))
    execution.finish()
    world, stock = execution.world, execution.world.stocks[DOMAIN]
    assert stock.novelty is not None and stock.novelty.left == 0
    for name in "abcd":
        own = next(m for m in world.models() if m.name == name).learners[DOMAIN].voice()
        assert stock.voices[stock.authors.index(name)].tobytes() == own.tobytes()
    nodes = world.ledger.tables()[0].to_pandas()
    last = nodes[(nodes["kind"] == "training") & (nodes["step"] == 6)]
    assert (last["novel"] == 0).all()


def test_the_ledger_says_what_is_novel() -> None:
    nodes = scenario().run().nodes.to_pandas().query("kind == 'training'")
    assert nodes.groupby("name")["novel"].unique().map(list).to_dict() == {
        "a": [0.1], "b": [0.3], "c": [0.2], "d": [0.0],
    }  # fmt: skip


def test_off_it_holds_and_stores_nothing_and_changes_no_bit() -> None:
    """A model that is never there is novel: all others write as they do without it."""
    models = [model("a"), model("b", learner={"kind": "frequencies", "inertia": 0.5})]
    off, on = scenario(models=models), scenario(models=[*models, model("z", 0.5, join=99)])
    without = Execution(off).world.stocks[DOMAIN]
    assert without.novelty is None and without.state() == {}
    assert Execution(on).world.stocks[DOMAIN].novelty is not None
    one, other = off.run(), on.run()
    there = other.agents["agent"].isin(one.agents["agent"])
    left = other.agents[there].reset_index(drop=True)[list(one.agents)]
    assert same_table(one.agents, left)


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    given = scenario()
    whole = Execution(given)
    for _ in range(4):
        whole.world.step()
    whole.store(tmp_path)
    resumed = Execution(given)
    resumed.restore(tmp_path)
    one, other = whole.finish(), resumed.finish()
    for table in ("metrics", "agents", "items", "nodes", "edges"):
        assert same_table(getattr(one, table), getattr(other, table)), table


def test_the_order_of_models_does_not_matter() -> None:
    plain = scenario().plain()
    turned = Scenario.parse({**plain, "models": plain["models"][::-1]})
    assert same_table(scenario().run().items, turned.run().items)


def test_runs_from_before_there_was_novelty_have_none() -> None:
    run = scenario(models=[model("a")]).run()
    assert run.nodes is not None
    old = run.nodes.drop_columns("novel")
    assert of_today(old).schema == NODES
    assert same_table(of_today(old), run.nodes)


UNLIMITED = {"documents": "unlimited", "retention": "latest"}
PEOPLE: dict[str, Any] = {"name": "people", "volume": 20}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unlimited documents": (
        {"sites": [{"name": "page", **UNLIMITED}, {"name": "books", **SITE}]},
        "models.a.decoding.novelty: given above 0 where 'a' writes on 'page', whose documents are "
        "unlimited",
    ),
    "passed off where documents are unlimited": (
        {
            "sites": [{"name": "page", **SITE}, {"name": "books", **UNLIMITED}],
            "humans": [{**PEOPLE, "writes": {"books": 1}, "passed_off": 0.1}],
        },
        "'people' writes on 'books', whose documents are unlimited",
    ),
    "humans who learn through models": (
        {"humans": [{**PEOPLE, "writes": {"books": 1}, "shortcut": {}}]},
        "models.a.decoding.novelty: given above 0 where 'people' learns through models",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_where_all_that_is_new_would_be_written_at_once_it_is_refused(case: str) -> None:
    changes, phrase = REFUSED[case]
    with pytest.raises(ScenarioError) as refused:
        scenario(**changes)
    assert phrase in str(refused.value) and "allowed" in str(refused.value)


def test_humans_may_write_without_limit_beside_it() -> None:
    sites = [{"name": "page", **SITE}, {"name": "books", **UNLIMITED}]
    assert scenario(sites=sites).run().metrics["step"].max() == 6
