"""Whatever a scenario asks for, the books of the world balance."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ecosystem.ecosystem import Ecosystem
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from tests.ecosystem.small import agent, human, reader, standing, world

TABLE = "name,weight,value,group\na,5,x,p\nb,3,y,p\nc,1,z,q\nd,1,x,q\ne,0.1,w,r\n"
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # a failing world takes minutes to shrink


def choice(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({k: st.sampled_from(v) for k, v in fields.items()})


sites = st.lists(
    choice(
        attention=[0.2, 1],
        retention=["latest", "everything", {"half_life": 1}],
        documents=["finite", "finite", "unlimited"],
        volume=["exact", "poisson"],
        start=[0, 7, 60.5],
        topics=[{}, {"d": {"q": 0, "r": 0}}, {"d": {"p": 0.2}}],
    ),
    min_size=2,
    max_size=3,
)
people = choice(
    volume=[0, 3.3, 80],
    error=[0, 0.2, 1],
    passed_off=[0, 0.4],
    topics=[{}, {"d": {"p": 0.5}}],
)
takes = st.sampled_from(
    [
        [{"share": 1}],
        [{"share": 1, "affinity": 0.01}],
        [{"source": "s0", "share": 0.5, "weight": 2}, {"share": 0.5}],
    ]
)
models = st.lists(
    st.tuples(
        choice(
            start=["truth", "fitted", {"kind": "dirichlet", "concentration": 0.1},
                   {"kind": "given", "topics": {"d": [0, 0, 0, 1, 0]}, "false": 0.6}],
            volume=[0, 40],
            writes=[{"s0": 1}, {"s0": 1, "s1": 2}],
            every=[1, 2],
            join=[0, 1],
        ),
        choice(
            estimator=["maximum_likelihood", "additive", "good_turing"],
            hallucination=["evidence", "calibrated", "constant", "off"],
            vocabulary=["open", "closed"],
            inertia=[0, 0.4],
            capacity=[None, 2],
            floor=[0, 0.1],
        ),
        choice(temperature=[1, 0.05, 2], claim_temperature=[1, 0.5], top_p=[1, 0.5],
               claim_top_p=[1, 0.6]),
        st.builds(lambda t, n, p, a: {"takes": t, "n": n, "top_p": p, "allocation": a},
                  takes, st.sampled_from([1, 30]), st.sampled_from([1, 0.6]),
                  st.sampled_from(["random", "quota"])),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip
policies = st.lists(
    choice(kind=["detector"], start=[1, 2, 3], hit=[0.3, 1], false_alarm=[0, 0.2, 1],
           compliance=[0, 0.5, 1]),
    max_size=2,
)  # fmt: skip


@given(sites=sites, people=people, models=models, policies=policies, seed=st.integers(0, 99))
@settings(
    max_examples=12,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_books_of_any_small_world_balance(
    tmp_path: Path,
    sites: list[dict[str, Any]],
    people: dict[str, Any],
    models: list[Any],
    policies: list[dict[str, Any]],
    seed: int,
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    made = world(
        0,
        tmp_path,
        seed=seed,
        ledger=True,
        domains={"d": {"kind": "encyclopedia", "table": "t.csv"}},
        web={"eta": 0.5},
        sites=[{"name": f"s{i}", **site} for i, site in enumerate(sites)],
        humans=[human(**people, writes={"s0": 1, "s1": 1})],
        models=[
            {"name": f"m{i}", **model, "learner": {"kind": "frequencies", **learner},
             "decoding": decoding, "diet": diet}
            for i, (model, learner, decoding, diet) in enumerate(models)
        ],
        policies=policies,
    )  # fmt: skip
    for _ in range(4):
        made.step()
        balanced(made)
    nodes, edges = (table.to_pandas() for table in made.ledger.tables())
    total = edges.groupby("child")["share"].sum()
    np.testing.assert_allclose(total, 1, rtol=0, atol=1e-9)
    rootless = nodes[~nodes["node"].isin(total.index)]
    starts = (rootless["kind"] == "start") & (rootless["generation"] == 0)
    assert ((rootless["kind"] == "founder") | starts).all()


def balanced(made: Ecosystem) -> None:
    """Documents and shares of a world add up."""
    stock = made.stocks["d"]
    rows = slice(0, len(stock.shelves))
    cells, size = stock.cells[rows], stock.size[rows]
    assert np.isfinite(cells).all()
    assert (cells >= 0).all()
    np.testing.assert_allclose(size, cells.sum(axis=1), rtol=1e-9, atol=1e-9)
    assert (stock.depth[rows] >= 0).all()
    assert (stock.depth[rows] <= made.steps).all()
    impossible = made.domains["d"].confusion == 0
    impossible[:, 0] = False
    for row, author in enumerate(stock.authors):
        voice = stock.voices[row].reshape(made.domains["d"].shape)
        assert voice.sum() == pytest.approx(1, abs=1e-9), author
        assert (voice >= 0).all()
        assert voice[impossible].sum() == pytest.approx(0, abs=1e-12)
    for h, shelf in enumerate(stock.shelves):
        if stock.sites[shelf.site].documents == "finite":
            assert (stock.cells[h] == np.rint(stock.cells[h])).all()
    crawl = made.crawls.get("d")
    if crawl is not None:
        total = crawl.shares.sum(axis=1)
        assert np.all(np.isclose(total, 1, rtol=0, atol=1e-9) | (total == 0))
    for model in made.models():
        corpus = model.training.get("d")
        if corpus is not None and corpus.size:
            assert corpus.size == model.readers["d"].diet.n
            assert 0 <= made.read_synthetic["d"][model.row] <= 1 + 1e-12


def test_within_a_phase_no_agent_sees_anothers_new_output() -> None:
    """What is published at step t is read at step t, and what is learnt then is said at t + 1."""
    made = world(
        0,
        domains={"d": {"kind": "encyclopedia", "weights": [1, 1, 1]}},
        sites=[{"name": "s", "retention": "latest", "documents": "unlimited"}],
        models=[
            {**reader(f"m{i}", takes=[{"share": 1}], n=1000), "volume": 10, "writes": {"s": 1},
             "start": {"kind": "given", "topics": {"d": [float(k == i) for k in range(3)]}}}
            for i in range(3)
        ],
    )  # fmt: skip
    before = made.stocks["d"].voices[:3].copy()
    made.step()
    np.testing.assert_allclose(standing(made)[0].ravel(), 10 * before.sum(axis=0))
    learnt = made.stocks["d"].voices[:3]
    for i in range(3):
        corpus = agent(made, f"m{i}").training["d"]
        np.testing.assert_array_equal(learnt[i], (corpus.cells / 1000).ravel())
        assert np.count_nonzero(corpus.cells) == 3


def test_the_phases_are_a_list_in_the_order_in_which_they_run() -> None:
    made = world(0)
    ran: list[str] = []
    for phase in made.PHASES:
        setattr(made, phase, lambda phase=phase: ran.append(phase))
    made.step()
    assert tuple(ran) == made.PHASES == ("publish", "crawl", "retrain", "measure")


def test_a_world_that_nobody_holds_any_more_leaves_memory(small: Callable[..., Scenario]) -> None:
    execution = Execution(small(steps=1))
    execution.finish()
    world = weakref.ref(execution.world)
    del execution
    gc.collect()
    assert world() is None
