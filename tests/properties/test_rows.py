"""Domains of rows hold what domains of counts hold: same bits, whoever else is there."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.store import same_table
from tests.properties.running import begun, ledger, run, same_bits, stepped
from tests.properties.worlds import POLICY, PRESENCE, WEB, Plain, by_all, maybe, of, profile

TABLES = ("metrics", "agents", "items", "samples", "nodes", "edges")
METERS = [
    *("variance", "frechet", "vocabulary", "distinct", "style"),
    *("capability", "regression", "contamination", "web"),
]
VECTORS = of(
    {"kind": "gaussian"},
    {"kind": "gaussian", "estimator": "unbiased", "inertia": 0.3},
    {"kind": "gaussian", "covariance": "diagonal"},
    {"kind": "mixture", "components": 2},
    {"kind": "mixture", "components": 3, "covariance": "full", "inertia": 0.5},
    {"kind": "kernel"},
    {"kind": "kernel", "bandwidth": 0.3, "inertia": 0.2},
)
WORDS = of(
    {"kind": "ngram"},
    {"kind": "ngram", "order": 1, "smoothing": "absolute_discount", "inertia": 0.4},
    {"kind": "ngram", "order": 3, "smoothing": "witten_bell", "vocabulary": "closed"},
    {"kind": "ngram", "smoothing": "jelinek_mercer", "vocabulary": "closed", "inertia": 0.2},
)
CLASSIFIERS = of(
    {"kind": "classifier"},
    {"kind": "classifier", "parameters": {"min_samples_leaf": 3}, "inertia": 0.3},
    {"kind": "classifier", "answers": "sampled", "parameters": {"max_depth": 2}},
    {"kind": "classifier", "estimator": "GaussianNB", "answers": "sampled", "inertia": 1},
    {"kind": "classifier", "parameters": {"splitter": "random"}},
    {"kind": "classifier", "estimator": "KNeighborsClassifier"},
)
REGRESSORS = of(
    {"kind": "regressor"},
    {"kind": "regressor", "noise": 0.5, "asks": "again", "inertia": 0.2},
    {"kind": "regressor", "estimator": "Ridge", "asks": "read"},
    {"kind": "regressor", "estimator": "DecisionTreeRegressor", "parameters": {"max_features": 1}},
)
FIELDS = (
    ({"kind": "portraits", "pictures": {"dimensions": 2}}, VECTORS),
    ({"kind": "prose", "width": 5, "vocabulary": 60}, WORDS),
    ({"kind": "exercises"}, CLASSIFIERS),
    ({"kind": "regression", "dimensions": 2}, REGRESSORS),
)
WRITES = st.dictionaries(of("plaza", "farm", "club"), of(0.3, 1, 4), min_size=1, max_size=2)
DIETS = of(
    {"n": 20},
    {"n": 30, "takes": [{"source": ["farm", "plaza"], "share": 0.5}, {"share": 0.5, "weight": 2}]},
    {"n": 25, "allocation": "quota", "takes": [{"source": "plaza", "share": 1, "affinity": 1}]},
    {"takes": [{"source": "plaza", "k": 15}, {"source": "club", "all": True, "weight": 3}]},
    {"n": 12, "takes": [{"source": "club", "share": 1, "replace": False}]},
)
STARTS = of("fitted", {"kind": "fitted", "documents": 12}, {"kind": "fitted", "source": "diet"})


@st.composite
def row_worlds(draw: Any, steps: int = 3) -> Plain:
    """A few models of one domain of rows on three sites; the club keeps finite documents."""
    domain, learners = draw(st.sampled_from(FIELDS))
    fading = {"retention": of("latest", {"half_life": 1}, "everything")}
    sites = [
        {"name": name, "documents": draw(of("finite", "unlimited")), **maybe(draw, fading)}
        for name in ("plaza", "farm")
    ]
    sites[0]["start"] = 60
    club = {"name": "club", "start": 20, **maybe(draw, fading), "volume": draw(of("exact"))}
    models = [
        {
            "name": name,
            "volume": draw(of(0, 5, 20.5)),
            "writes": draw(WRITES),
            "diet": draw(DIETS),
            "learner": draw(learners),
            "start": draw(STARTS),
            "decoding": maybe(draw, {"temperature": of(0.5, 1.5), "top_p": of(0.7)}),
            **(maybe(draw, PRESENCE) if draw(st.booleans()) else {}),
        }
        for name in "abc"[: draw(st.integers(1, 3))]
    ]
    people = {"name": "people", "volume": draw(of(0, 15, 40)), "writes": draw(WRITES)}
    people |= {"passed_off": draw(of(0, 0.5)), "error": draw(of(0, 0.1))}
    return {
        "name": "rows",
        "steps": steps,
        "seed": draw(st.integers(0, 2**32)),
        "meters": METERS,
        "domains": {"points": domain},
        "web": maybe(draw, WEB),
        "sites": [*sites, club, {"name": "cellar", "open": False}],
        "humans": [people],
        "models": models,
        "policies": draw(st.lists(POLICY, max_size=2)),
    }


def known(execution: Execution, without: str = "") -> dict[str, Any]:
    """What every model knows, and how much stands on every shelf, by name."""
    world = execution.world
    (field,) = world.domains
    stock = world.stocks[field]
    found: dict[str, Any] = {
        f"shelf/{stock.key(row)}": stock.size[row]
        for row in range(len(stock.shelves))
        if stock.size[row] > 0 and not stock.key(row).startswith("cellar")
    }
    for model in world.models():
        if model.name != without:
            found[f"generation/{model.name}"] = model.generation
            state = model.learners[field].state().items()
            found |= {f"{model.name}/{key}": value for key, value in state}
    return found


def unlike(one: Execution, other: Execution) -> list[str]:
    left, right = one.result(), other.result()
    return [t for t in TABLES if not same_table(getattr(left, t), getattr(right, t))]


@profile(30)
@given(given_=row_worlds(), stop=st.integers(0, 2))
def test_a_run_resumed_at_any_step_equals_an_uninterrupted_one(
    given_: Plain, stop: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    checkpoint: Path = tmp_path_factory.mktemp("rows")
    straight, first, second = run(given_), stepped(begun(given_), stop), begun(given_)
    first.store(checkpoint)
    second.restore(checkpoint)
    stepped(second, 3)
    assert unlike(straight, second) == []
    assert same_bits(known(straight), known(second)) == []


@profile(30)
@given(data=st.data(), given_=row_worlds())
def test_the_order_of_models_changes_no_bit(data: st.DataObject, given_: Plain) -> None:
    turned = {**given_, "models": data.draw(st.permutations(given_["models"]))}
    one, other = run(given_), run(turned)
    assert unlike(one, other) == []


@profile(30)
@given(data=st.data(), given_=row_worlds(), volume=of(0, 30.5), join=of(0, 1), name=of("aa", "zz"))
def test_a_model_that_is_silent_or_unread_changes_no_bit_of_others(
    data: st.DataObject, given_: Plain, volume: float, join: int, name: str
) -> None:
    by_all(given_)
    kind = given_["domains"]["points"]["kind"]
    learner = data.draw(next(found for field, found in FIELDS if field["kind"] == kind))
    if volume:
        given_["humans"][0]["passed_off"] = 0  # or its text would be passed off too
    newcomer = {
        "name": name,
        "volume": volume,
        "writes": {"cellar": 1},
        "diet": {"n": 10},
        "learner": learner,
        "join": join,
    }
    plain, more = run(given_), run({**given_, "models": [*given_["models"], newcomer]})
    assert same_bits(known(plain), known(more, name)) == []
    agents = more.result().agents
    others = agents[agents["agent"] != name].reset_index(drop=True)
    assert same_table(plain.result().agents, others)
    one = ledger(plain)
    pd.testing.assert_frame_equal(one, ledger(more, [name, "cellar"]), check_exact=True)


@profile(30)
@given(given_=row_worlds())
def test_documents_are_kept_count_and_nothing_is_undefined(given_: Plain) -> None:
    execution = begun(given_)
    (field,) = execution.world.domains
    for step in range(1, 4):
        stepped(execution, step)
        stock: Any = execution.world.stocks[field]
        shelves = len(stock.shelves)
        cells, contents = stock.cells[:shelves], stock.contents
        np.testing.assert_allclose(cells.sum(axis=1), stock.size[:shelves], rtol=1e-12)
        assert (cells >= 0).all()
        assert not cells[:, len(contents) :].any()
        finite = ~stock._endless[stock.site_of[:shelves]]
        assert (cells[finite] == np.rint(cells[finite])).all()
        assert np.isfinite(contents.rows).all()
        for model in execution.world.models():
            learner = model.learners[field]
            if not learner.blank:
                assert all(np.isfinite(part).all() for part in learner.state().values())
    metrics = execution.result().metrics
    for column in ("variance", "vocabulary", "accuracy_common", "web_wrong", "test_error"):
        if f"points.{column}" in metrics:
            assert (metrics[f"points.{column}"].dropna() >= 0).all()


def test_too_many_finite_documents_are_refused_in_one_sentence() -> None:
    scenario = Scenario.load("average_face").with_({"humans.0.volume": 1e6, "sites.0.start": 10})
    with pytest.raises(ValueError, match=r"domains.digits: given .* allowed at most 200,000"):
        scenario.run()
    with pytest.raises(ValueError, match="allowed at most 200,000"):
        Scenario.load("average_face").with_({"models.*.diet.n": 10**7})
