"""What a diet brings home, and what the ledger is told about it."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.human import HumanCommunity
from ecosystem.diet import Diet, Take
from ecosystem.ecosystem import Ecosystem
from tests.ecosystem.small import (
    ENDLESS,
    FACTS,
    IDLE,
    TOPICS,
    WORDS,
    agent,
    human,
    read,
    reader,
    shares,
    speaker,
    standing,
    training,
    world,
)
from tests.theory.verdict import Floats, holds

SEED = 7
R = 300
P = np.array(TOPICS)


def readers(*takes: dict[str, Any], **diet: Any) -> list[dict[str, Any]]:
    """R models with one diet."""
    return [{**reader("m", **diet, **({"takes": list(takes)} if takes else {})), "count": R}]


def two_sites(law: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Human documents on item 0 on `low` (60) and item 2 on `high` (40), nothing else."""
    exact = {"volume": "exact", "retention": "latest", **(law or {})}
    return {
        "domains": {"d": {"kind": "encyclopedia", "weights": [1, 1, 1]}},
        "sites": [{"name": "low", **exact}, {"name": "high", **exact}],
        "humans": [human("h", volume=0)],
        "models": [
            speaker("lo", 0, volume=60, writes={"low": 1}),
            speaker("hi", 2, volume=40, writes={"high": 1}),
            *fields.pop("models"),
        ],
        **fields,
    }


def by_item(made: Ecosystem) -> Floats:
    """(R, items) documents in every training set of the group m."""
    cells: Floats = read(made, "m").sum(axis=2)
    return cells


def moments(draws: Floats, mean: Floats, variance: Floats) -> dict[str, tuple[Floats, float]]:
    live = [i for i in range(draws.shape[1]) if variance[i] > 0]
    family = {f"mean of {i}": (draws[:, i], float(mean[i])) for i in live}
    spread = (draws - mean) ** 2
    return family | {f"variance of {i}": (spread[:, i], float(variance[i])) for i in live}


# ---------------------------------------------------------------------- shares of a crawl


def test_a_random_share_draws_every_documents_source_independently() -> None:
    takes = [{"source": "low", "share": 0.3}, {"source": "high", "share": 0.7}]
    draws = by_item(world(1, **two_sites(models=readers(*takes, n=50))))
    p = np.array([0.3, 0, 0.7])
    assert set(draws.sum(axis=1)) == {50}
    holds("random allocation", SEED, moments(draws, 50 * p, 50 * p * (1 - p)))


def test_a_quota_fixes_how_many_are_drawn_from_each_source() -> None:
    takes = [{"source": "low", "share": 0.33}, {"source": "high", "share": 0.67}]
    made = world(1, **two_sites(models=readers(*takes, n=10, allocation="quota")))
    assert {tuple(row) for row in by_item(made).tolist()} == {(3, 0, 7)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 0.3, "high/model": 0.7})


def test_a_random_allocation_of_weighted_takes_still_draws_sources_at_random() -> None:
    takes = [{"source": "low", "share": 0.3, "weight": 2}, {"source": "high", "share": 0.7}]
    made = world(1, **two_sites(models=readers(*takes, n=50)))
    draws = np.array([corpus.read for corpus in training(made, "m")])
    assert set(draws.sum(axis=1)) == {50}
    assert by_item(made)[:, 0].tolist() == (2 * draws[:, 0]).tolist()
    holds(
        "random allocation by take",
        SEED,
        moments(draws, 50 * np.array([0.3, 0, 0.7]), 50 * 0.21 * np.array([1, 0, 1])),
    )
    assert shares(made, "m-1") == pytest.approx({"low/model": 0.6 / 1.3, "high/model": 0.7 / 1.3})


def test_k_documents_are_exactly_k_with_replacement() -> None:
    made = world(
        1,
        sites=[{"name": "s", **ENDLESS}],
        domains={"d": WORDS},
        humans=[human(volume=5, writes={"s": 1})],
        models=readers({"k": 30}),
    )
    draws = by_item(made)
    assert set(draws.sum(axis=1)) == {30}
    holds("k documents", SEED, moments(draws, 30 * P, 30 * P * (1 - P)))


@pytest.mark.parametrize("attention", [1, 5, 0])
def test_everything_is_every_document_once_whatever_the_attention(attention: float) -> None:
    fields = two_sites(models=readers({"all": True}), web={"eta": 0.5})
    fields["sites"][1]["attention"] = attention
    made = world(1, **fields)
    assert {tuple(row) for row in by_item(made).tolist()} == {(60, 0, 40)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 0.6, "high/model": 0.4})


# ---------------------------------------------------------------------- without replacement


def finite(documents: int, **fields: Any) -> dict[str, Any]:
    return {
        "domains": {"d": WORDS},
        "sites": [{"name": "s", "volume": "exact", "retention": "latest"}],
        "humans": [human(volume=documents, writes={"s": 1})],
        **fields,
    }


@pytest.mark.parametrize("n", [20, 90])
def test_distinct_documents_of_one_site_are_hypergeometric(n: int) -> None:
    made = world(1, **finite(120, models=readers({"k": n, "replace": False})))
    stock = standing(made)[0].sum(axis=1)
    p = stock / 120
    draws = by_item(made)
    assert (draws <= stock).all()
    assert set(draws.sum(axis=1)) == {n}
    holds("distinct", SEED, moments(draws, n * p, n * p * (1 - p) * (120 - n) / 119))


def test_distinct_documents_of_several_sites_are_allotted_by_attention() -> None:
    made = world(1, **two_sites(models=readers({"k": 30, "replace": False}), web={"eta": 0}))
    draws = by_item(made)
    assert set(draws.sum(axis=1)) == {30}
    half = np.array([0.5, 0, 0.5])
    holds("allotted", SEED, moments(draws, 30 * half, 30 * half * (1 - half)))
    assert shares(made, "m-1") == pytest.approx({"low/model": 0.5, "high/model": 0.5})


def test_a_site_that_holds_fewer_gives_all_and_the_rest_is_asked_of_the_others() -> None:
    fields = two_sites(models=readers({"k": 95, "replace": False}))
    fields["sites"][1]["attention"] = 50
    made = world(1, **fields)
    assert {tuple(row) for row in by_item(made).tolist()} == {(55, 0, 40)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 55 / 95, "high/model": 40 / 95})


def test_a_take_that_finds_fewer_leaves_the_rest_to_the_other_takes() -> None:
    takes = [{"source": "high", "k": 100, "replace": False}, {"source": "low", "k": 100}]
    made = world(1, **two_sites(models=readers(*takes)))
    assert {tuple(row) for row in by_item(made).tolist()} == {(160, 0, 40)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 0.8, "high/model": 0.2})


def test_where_all_hold_fewer_everything_is_read_and_no_more() -> None:
    takes = [
        {"source": "high", "k": 100, "replace": False},
        {"source": "low", "k": 100, "replace": False},
    ]
    made = world(1, **two_sites(models=readers(*takes)))
    assert {tuple(row) for row in by_item(made).tolist()} == {(60, 0, 40)}


@given(
    takes=st.lists(
        st.tuples(
            st.sampled_from(["low", "high", "web", "void"]),
            st.sampled_from(["share", "k", "all"]),
            st.booleans(),
            st.sampled_from([1.0, 0.5]),
            st.integers(0, 120),
        ),
        min_size=1,
        max_size=4,
    ),
    allocation=st.sampled_from(["random", "quota"]),
    eta=st.sampled_from([0.0, 1.0, 1.5]),
)
@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_any_diet_reads_what_it_asks_if_there_is_enough_and_records_what_it_read(
    takes: list[Any], allocation: str, eta: float
) -> None:
    once = [source for source, kind, again, *_ in takes if kind == "all" or not again]
    assume(len(set(once)) == len(once) and ("web" not in once or len(once) == 1))
    asked = sum(kind == "share" for _, kind, *_ in takes)
    made: list[dict[str, Any]] = []
    for source, kind, replace, weight, k in takes:
        amount: Any = {"share": 1 / asked} if kind == "share" else {"k": k}
        amount = {"all": True} if kind == "all" else amount | {"replace": replace}
        made.append({"source": source, "weight": weight, **amount})
    given_world = two_sites(
        models=[reader(n=90 if asked else 0, takes=made, allocation=allocation)], web={"eta": eta}
    )
    given_world["sites"].append({"name": "void"})
    result = world(1, **given_world)
    corpus = agent(result, "m").training["d"]
    bounded = [t for t in made if not t.get("replace", False)]
    full = [t for t in made if t.get("replace", False) and t["source"] != "void"]
    wanted = sum(t.get("k", 0) for t in made) + (90 if asked else 0)
    everything = sum(
        {"low": 60, "high": 40, "web": 100, "void": 0}[t["source"]] for t in made if "all" in t
    )
    assert (corpus.cells == np.rint(2 * corpus.cells) / 2).all()
    if full:
        assert corpus.size == wanted + everything
    else:
        assert corpus.size <= wanted + everything
    assert corpus.cells[1].sum() == 0
    found = shares(result, "m") if corpus.size else {}
    if corpus.size:
        assert sum(found.values()) == pytest.approx(1, abs=1e-9)
    if bounded and not full and corpus.size and allocation == "quota" and eta == 1:
        limits = 0.5 / corpus.size + 0.15  # one draw against its expectation
        observed = corpus.cells[0].sum() / corpus.cells.sum()
        assert abs(found.get("low/model", 0.0) - observed) < limits


# ---------------------------------------------------------------------- weight and taste


@pytest.mark.parametrize(
    "diet",
    [
        {"n": 50, "takes": [{"share": 1, "weight": 3}]},
        {"n": 50, "takes": [{"share": 1, "weight": 3}], "allocation": "quota"},
        {"takes": [{"k": 50, "weight": 3}]},
        {"takes": [{"k": 50, "weight": 3, "replace": False}]},
        {"n": 50, "takes": [{"share": 0.5, "weight": 3}, {"share": 0.5, "weight": 3}]},
    ],
    ids=str,
)
def test_a_document_counts_in_training_by_its_takes_weight(diet: dict[str, Any]) -> None:
    made = world(1, **finite(80, models=[reader(**diet)]))
    corpus = agent(made, "m").training["d"]
    assert corpus.size == 50
    assert corpus.read.sum() == 50
    assert corpus.cells.sum() == pytest.approx(150)


def test_weights_tilt_the_recorded_shares() -> None:
    takes = [{"source": "low", "all": True, "weight": 0.5}, {"source": "high", "k": 15}]
    made = world(1, **two_sites(models=readers(*takes)))
    assert {tuple(row) for row in by_item(made).tolist()} == {(30, 0, 15)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 2 / 3, "high/model": 1 / 3})


def test_an_affinity_by_site_and_by_group_multiplies_attention() -> None:
    made = world(
        1,
        sites=[
            {"name": "s", "count": 2, "volume": "exact", "start": 100},
            {"name": "t", "volume": "exact", "start": 100},
            {"name": "u", "volume": "exact", "start": 100},
        ],
        humans=[human(writes={"t": 1})],
        models=[reader(n=10, takes=[{"share": 1, "affinity": {"s": 2, "t": 5}}])],
    )
    expected = {"s-1/human": 2 / 9, "s-2/human": 2 / 9, "t/human": 5 / 9}
    assert shares(made, "m") == pytest.approx(expected)


@pytest.mark.parametrize("c", [0.3, 2.0])
def test_drawn_tastes_have_the_moments_of_a_dirichlet(c: float) -> None:
    made = world(
        1,
        sites=[{"name": "s", "count": 4, "volume": "exact", "start": 10}],
        humans=[human(writes={"s-1": 1})],
        models=readers({"share": 1, "affinity": c}, n=5),
    )
    taste = made.crawls["d"].shares[:, :4].toarray()
    np.testing.assert_allclose(taste.sum(axis=1), 1)
    variance = (1 / 4) * (3 / 4) / (4 * c + 1)
    family = {f"variance of {i}": ((taste[:, i] - 0.25) ** 2, variance) for i in range(4)}
    family |= {f"mean of {i}": (taste[:, i], 0.25) for i in range(4)}
    covariance = (taste[:, 0] - 0.25) * (taste[:, 1] - 0.25)
    family["covariance"] = (covariance, -variance / 3)
    holds(f"Dirichlet({c})", SEED, family)


@pytest.mark.parametrize("c", [1e-3, 1e-9])
def test_the_sharpest_taste_is_one_site_alike_for_every_site(c: float) -> None:
    made = world(
        1,
        sites=[{"name": "s", "count": 3, "volume": "exact", "start": 10}],
        humans=[human(writes={"s-1": 1})],
        models=readers({"share": 1, "affinity": c}, n=5),
    )
    assert {corpus.size for corpus in training(made, "m")} == {5}
    first = made.crawls["d"].shares[:, [0]].toarray().ravel()
    holds("a taste for one of three", SEED, {"mean": (first, 1 / 3)})


def test_a_taste_is_drawn_once_and_kept() -> None:
    made = world(
        1,
        sites=[{"name": "s", "count": 3, "volume": "exact", "start": 10}],
        humans=[human(writes={"s-1": 1})],
        models=[reader(n=5, takes=[{"share": 1, "affinity": 1}])],
    )
    first = shares(made, "m")
    made.step()
    assert shares(made, "m") == first


# ---------------------------------------------------------------------- named regimes


def regime(steps: int, site: dict[str, Any], *takes: dict[str, Any], **diet: Any) -> Ecosystem:
    """Humans write item 0 at the start (30 documents) only, a model item 2 (10 a step)."""
    return world(
        steps,
        domains={"d": {"kind": "encyclopedia", "weights": [1, 0, 0]}},
        sites=[
            {"name": "s", "volume": "exact", "start": 30, **site},
            {"name": "archive", "volume": "exact", "start": 20, "open": False},
        ],
        humans=[human(writes={"s": 1})],
        models=[
            speaker("writer", 2, volume=10, writes={"s": 1}),
            *readers(*takes, **diet),
        ],
    )


def test_replace_trains_on_the_latest_documents_only() -> None:
    made = regime(4, {"retention": "latest"}, {"all": True})
    assert by_item(made)[0].tolist() == [0, 0, 10]


def test_accumulate_trains_on_all_documents_ever_each_once() -> None:
    made = regime(4, {"retention": "everything"}, {"all": True})
    assert by_item(made)[0].tolist() == [30, 0, 40]
    assert shares(made, "m-1") == pytest.approx({"s/human": 3 / 7, "s/model": 4 / 7})


@pytest.mark.parametrize("replace", [True, False])
def test_accumulate_subsample_trains_on_a_sample_of_all_documents_ever(replace: bool) -> None:
    made = regime(4, {"retention": "everything"}, {"k": 35, "replace": replace})
    p = np.array([3 / 7, 0, 4 / 7])
    factor = 1 if replace else 35 / 69
    holds(
        "accumulate-subsample",
        SEED,
        moments(by_item(made), 35 * p, 35 * p * (1 - p) * factor),
    )


def test_a_fixed_human_set_is_there_whole_every_time() -> None:
    made = regime(3, {"retention": "latest"}, {"source": "archive", "all": True}, {"k": 7})
    assert {tuple(row) for row in by_item(made).tolist()} == {(20, 0, 7)}
    assert shares(made, "m-1") == pytest.approx({"archive/human": 20 / 27, "s/model": 7 / 27})


def test_a_fresh_human_share_is_binomial_at_random_and_fixed_by_quota() -> None:
    takes = ({"source": "archive", "share": 0.2}, {"share": 0.8})
    made = regime(3, {"retention": "latest"}, *takes, n=40)
    p = np.array([0.2, 0, 0.8])
    holds("fresh share", SEED, moments(by_item(made), 40 * p, 40 * p * (1 - p)))
    made = regime(3, {"retention": "latest"}, *takes, n=40, allocation="quota")
    assert {tuple(row) for row in by_item(made).tolist()} == {(8, 0, 32)}


def test_weighted_real_and_synthetic_mix_by_weight_times_documents() -> None:
    takes = ({"source": "archive", "k": 20, "weight": 3}, {"k": 40})
    made = regime(3, {"retention": "latest"}, *takes)
    model = agent(made, "m-1")
    np.testing.assert_allclose(model.learners["d"].topics, [0.6, 0, 0.4])
    assert shares(made, "m-1") == pytest.approx({"archive/human": 0.6, "s/model": 0.4})


def test_an_explicit_scrape_network_draws_each_author_by_its_share() -> None:
    network = np.array([[0.6, 0.1, 0.3], [0.2, 0.5, 0.3]])
    takes = [
        [{"source": f"own-{k}", "share": float(row[k - 1])} for k in (1, 2, 3)] for row in network
    ]
    made = world(
        1,
        domains={"d": {"kind": "encyclopedia", "weights": [1, 1, 1]}},
        sites=[{"name": "own", "count": 3, **ENDLESS}],
        models=[
            *[speaker(f"a{k}", k, volume=10.0**k, writes={f"own-{k + 1}": 1}) for k in range(3)],
            {**reader("m", n=40, takes=takes[0]), "count": R},
            {**reader("k", n=40, takes=takes[1]), "count": R},
        ],
    )
    for name, row in zip("mk", network, strict=True):
        draws = read(made, name).sum(axis=2)
        holds(f"row {row}", SEED, moments(draws, 40 * row, 40 * row * (1 - row)))
        expected = {f"own-{i + 1}/model": share for i, share in enumerate(row)}
        assert shares(made, f"{name}-1") == pytest.approx(expected)


# ---------------------------------------------------------------------- nothing to read


def test_an_empty_web_teaches_nothing_and_the_model_stays_as_it_was() -> None:
    made = world(0, models=[reader(n=50), reader("k", takes=[{"k": 9, "replace": False}])])
    before = made.stocks["d"].voices.copy()
    made.step()
    made.step()
    for name in ("m", "k"):
        assert agent(made, name).training["d"].size == 0
        assert agent(made, name).generation == 0
    np.testing.assert_array_equal(made.stocks["d"].voices, before)


def test_an_empty_source_gives_its_share_to_the_others() -> None:
    takes = [{"source": "void", "share": 0.5}, {"source": "low", "share": 0.5}]
    fields = two_sites(models=readers(*takes, n=20))
    fields["sites"].append({"name": "void"})
    made = world(1, **fields)
    assert {tuple(row) for row in by_item(made).tolist()} == {(20, 0, 0)}
    assert shares(made, "m-1") == pytest.approx({"low/model": 1})


# ---------------------------------------------------------------------- top-p on the crawl


def test_top_p_cuts_the_items_of_the_whole_crawl_before_the_draw() -> None:
    made = world(
        1,
        sites=[{"name": "s", **ENDLESS}],
        humans=[human(volume=10, error=0.1, writes={"s": 1})],
        models=readers(n=50, top_p=0.6),
    )
    draws = read(made, "m")
    kept = made.domains["d"].truth(0.1) * np.array([[1], [1], [0]]) / 0.8
    assert draws[:, 2].sum() == 0
    holds(
        "top-p of the crawl",
        SEED,
        {
            f"cell {k},{v}": (draws[:, k, v], 50 * float(kept[k, v]))
            for k in range(2)
            for v in range(3)
        },
    )


@pytest.mark.parametrize("takes", [({"share": 1},), ({"k": 50},)], ids=["blended", "k"])
def test_the_recorded_shares_know_what_top_p_cut(takes: tuple[dict[str, Any], ...]) -> None:
    fields = two_sites(models=readers(*takes, top_p=0.55, n=50 if "share" in takes[0] else 0))
    made = world(1, **fields)
    assert by_item(made)[:, 0].min() == 50
    assert shares(made, "m-1") == pytest.approx({"low/model": 1})


@pytest.mark.parametrize("take", [{"all": True}, {"k": 5, "replace": False}], ids=str)
def test_top_p_is_refused_where_it_would_be_ignored(take: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"top_p: given 0\.5 .* allowed only"):
        Diet(top_p=0.5, takes=(Take(**take),))


# ---------------------------------------------------------------------- filters


def left_over(s: float, hit: float, false_alarm: float) -> float:
    """A-37 of the validation targets."""
    return s * (1 - hit) / (s * (1 - hit) + (1 - s) * (1 - false_alarm))


A_37 = [
    (0.35, 0.90, 0.0001, 0.0511),
    (0.50, 0.90, 0.01, 0.0917),
    (0.742, 0.90, 0.01, 0.2251),
    (0.35, 0.50, 0.05, 0.2208),
]


def detected(
    s: float,
    hit: float,
    false_alarm: float,
    site: dict[str, Any],
    model: dict[str, Any] | None = None,
) -> Ecosystem:
    """A share s of synthetic text (item 2), human text on item 0, and a detector."""
    return world(
        1,
        domains={"d": {"kind": "encyclopedia", "weights": [1, 0, 0]}},
        sites=[{"name": "s", **site}],
        humans=[human(volume=(1 - s) * 10**6, writes={"s": 1})],
        models=[
            speaker("writer", 2, volume=s * 10**6, writes={"s": 1}),
            model or reader(n=1000),
        ],
        policies=[{"kind": "detector", "hit": hit, "false_alarm": false_alarm}],
    )


@pytest.mark.parametrize(("s", "hit", "false_alarm", "printed"), A_37)
def test_a_detector_leaves_the_share_of_the_formula_on_unlimited_sites(
    s: float, hit: float, false_alarm: float, printed: float
) -> None:
    assert left_over(s, hit, false_alarm) == pytest.approx(printed, abs=5e-5)
    made = detected(s, hit, false_alarm, ENDLESS)
    found = shares(made, "m")
    assert set(found) == {"s/human", "s/model"}
    assert found["s/model"] == pytest.approx(left_over(s, hit, false_alarm), abs=1e-12)


@pytest.mark.parametrize("take", [{"share": 1}, {"k": 1000, "replace": False}], ids=str)
@pytest.mark.parametrize(("s", "hit", "false_alarm"), [row[:3] for row in A_37])
def test_a_detector_leaves_the_share_of_the_formula_in_what_is_read(
    s: float, hit: float, false_alarm: float, take: dict[str, Any]
) -> None:
    model = {**reader("m", n=1000 if "share" in take else 0, takes=[take]), "count": 200}
    made = detected(s, hit, false_alarm, {"volume": "exact"}, model)
    observed = by_item(made)[:, 2] / 1000
    stock = made.stocks["d"]
    clean = {shelf.synthetic: stock.size[h] for h, shelf in enumerate(stock.shelves)
             if not shelf.marks}  # fmt: skip
    realised = clean[True] / (clean[True] + clean[False])
    assert realised == pytest.approx(left_over(s, hit, false_alarm), rel=0.02)
    holds("A-37 given the verdicts", SEED, {"synthetic share": (observed, realised)})


def test_only_compliant_readers_filter() -> None:
    made = world(
        1,
        sites=[{"name": "s", **ENDLESS}],
        humans=[human(volume=100, writes={"s": 1})],
        models=[
            speaker("writer", 2, volume=100, writes={"s": 1}),
            {**reader("m", n=10), "count": R},
        ],
        policies=[{"kind": "detector", "hit": 1, "false_alarm": 0, "compliance": 0.3}],
    )
    human_share = made.read_synthetic["d"][[a.row for a in made.agents if a.name[:2] == "m-"]]
    assert set(np.round(human_share, 12)) == {0, 0.5}
    holds("compliance", SEED, {"compliant": ((human_share == 0) * 1.0, 0.3)})


def test_a_reader_whose_filter_leaves_nothing_reads_nothing() -> None:
    made = detected(1.0, 1.0, 0.0, {"volume": "exact"})
    assert agent(made, "m").training["d"].size == 0


# ---------------------------------------------------------------------- what is recorded


def test_what_was_read_is_recorded_by_documents_and_by_origin() -> None:
    made = world(1, **finite(60, models=[
        speaker("writer", 2, volume=40, writes={"s": 1}), reader(n=25)]))  # fmt: skip
    row = agent(made, "m").row
    assert made.read_documents["d"][row] == 25
    assert made.read_synthetic["d"][row] == pytest.approx(0.4)
    assert made.read_depth["d"][row] == pytest.approx(0)  # a given start has no depth


def test_one_more_reader_leaves_the_training_sets_of_the_others_alone() -> None:
    few, many = (
        world(3, **finite(60, models=[
            {**reader("m", n=25), "count": 3}, *[reader(f"x{i}", n=9) for i in range(extra)]]))
        for extra in (0, 13)
    )  # fmt: skip
    assert isinstance(agent(few, "people"), HumanCommunity)
    np.testing.assert_array_equal(read(few, "m"), read(many, "m"))


# ---------------------------------------------------------------------- cost


def test_a_crawl_costs_the_same_whatever_the_number_of_documents() -> None:
    spent = {}
    for documents in (10**3, 10**12):
        fields = finite(documents, domains={"d": FACTS})
        fields["models"] = [
            {**reader("m", n=documents), "count": 20},
            {**reader("k", takes=[{"k": documents // 2, "replace": False}]), "count": 20},
        ]
        made = world(1, **fields)
        started = time.process_time()
        made.step()
        made.step()
        spent[documents] = time.process_time() - started
        assert agent(made, "k-1").training["d"].cells.sum() == documents // 2
    assert spent[10**12] < 5 * spent[10**3] + 0.2, spent


# ---------------------------------------------------------------------- bad diets


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"takes": []}, "takes: given none"),
        ({"n": 5, "takes": [{"share": 0.5}]}, "given a sum of 0.5, allowed 1"),
        ({"takes": [{"share": 1}]}, "n: given 0, allowed 1 or more"),
        ({"takes": [{}]}, "given 0 of share, k and all, allowed exactly one"),
        ({"takes": [{"k": 3, "all": True}]}, "given 2 of share, k and all"),
        ({"takes": [{"all": True, "replace": False}]}, "leave replace out"),
        ({"takes": [{"k": -1}]}, "greater than or equal to 0"),
        ({"takes": [{"k": 10**12 + 1}]}, "less than or equal to 1000000000000"),
        ({"takes": [{"k": 1, "weight": 0}]}, "greater than 0"),
        ({"n": 5, "top_p": 0}, "greater than 0"),
        ({"takes": [{"k": 1, "affinity": 0}]}, "greater than 0"),
    ],
    ids=str,
)
def test_what_is_no_diet_is_refused(bad: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Diet.model_validate(bad)
    assert said in str(caught.value)


def test_unlimited_documents_cannot_all_be_taken() -> None:
    with pytest.raises(ValueError, match="whose documents are unlimited; allowed only where"):
        world(0, sites=[{"name": "s", **ENDLESS}], models=[IDLE, reader(takes=[{"all": True}])])
