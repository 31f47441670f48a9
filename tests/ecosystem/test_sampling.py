"""Bulk draws: exact in law, exact in number, and as cheap for 10^12 documents as for ten."""

import itertools
import math
import tracemalloc
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import multivariate_hypergeom

from ecosystem import piles, sampling
from ecosystem.sampling import Floats
from tests.theory.verdict import holds

SEED = 20_26


def rng(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


def replicates(draw: Callable[[np.random.Generator], Floats], number: int) -> Floats:
    """(R, cells) draws from one stream."""
    stream = rng()
    return np.array([np.ravel(draw(stream)) for _ in range(number)], dtype=np.float64)


def covariances(draws: Floats, mean: Floats, law: Floats) -> dict[str, tuple[Floats, float]]:
    """Means and all second moments about the true mean, each with its law."""
    off = draws - mean
    family = {f"mean {i}": (draws[:, i], mean[i]) for i in range(mean.size)}
    for i, j in itertools.combinations_with_replacement(range(mean.size), 2):
        family[f"covariance {i},{j}"] = (off[:, i] * off[:, j], law[i, j])
    return family


def multinomial_law(n: int, weights: Floats) -> tuple[Floats, Floats]:
    p = np.ravel(weights) / weights.sum()
    return n * p, n * (np.diag(p) - np.outer(p, p))


small_weights = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    elements=st.sampled_from([0.0, 0.0, 1e-300, 1e-9, 0.25, 1.0, 7.0, 1e9]),
).filter(lambda cells: cells.sum() > 0)


# ---------------------------------------------------------------------- with replacement


@pytest.mark.parametrize(
    "weights",
    [
        np.array([[6.0, 1.0, 1.0], [0.2, 1.0, 0.8], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]),
        np.array([[5.0], [3.0], [0.0], [2.0]]),
        np.array([[1.0, 2.0, 3.0, 4.0]]),
    ],
    ids=["two stages", "items only", "one item"],
)
def test_drawing_items_then_values_is_the_flat_multinomial(weights: Floats) -> None:
    n = 40
    draws = replicates(lambda stream: sampling.multinomial(stream, n, weights), 3000)
    live = np.flatnonzero(weights.ravel())
    mean, law = multinomial_law(n, weights)
    assert draws[:, weights.ravel() == 0].sum() == 0
    family = covariances(draws[:, live], mean[live], law[np.ix_(live, live)])
    holds("multinomial", SEED, {k: v for k, v in family.items() if v[0].std() > 0})


def test_two_cells_of_one_item_and_of_two_items_share_one_negative_covariance() -> None:
    weights = np.ones((2, 2))
    draws = replicates(lambda stream: sampling.multinomial(stream, 8, weights), 5000)
    covariance = np.cov(draws.T)
    off = covariance[~np.eye(4, dtype=bool)]
    assert (off < -0.3).all(), f"R=3000 seed={SEED}: observed {off}, expected -8/16 each"


@given(weights=small_weights, n=st.sampled_from([0, 1, 2, 17, 10**6, 10**12]), seed=st.integers(0))
@example(weights=np.array([[0.0, 1.0, 0.0]]), n=10**12, seed=0)
@example(weights=np.array([[1.0, 0.0], [0.0, 0.0]]), n=10**12, seed=0)
def test_a_draw_sums_to_n_and_leaves_zero_cells_empty(weights: Floats, n: int, seed: int) -> None:
    before = weights.copy()
    drawn = sampling.multinomial(rng(seed), n, weights)
    assert drawn.shape == weights.shape
    assert drawn.dtype == np.float64
    assert drawn.sum() == n
    assert (drawn >= 0).all()
    assert drawn[weights == 0].sum() == 0
    np.testing.assert_array_equal(weights, before)


@pytest.mark.parametrize("tail", [1, 5, 31])
def test_no_document_leaks_into_zero_last_cells_at_a_trillion(tail: int) -> None:
    shares = rng().dirichlet(np.ones(400), 20)
    weights = np.pad(shares, ((0, 10), (0, tail)))
    for seed in range(20):
        drawn = sampling.multinomial(rng(seed), 10**12, weights)
        assert drawn.sum() == 10**12
        assert drawn[weights == 0].sum() == 0


def test_no_document_leaks_where_the_truth_slot_is_zero() -> None:
    values = rng().dirichlet(np.ones(32), 50)
    weights = np.concatenate([np.zeros((50, 1)), values, np.zeros((50, 2))], axis=1)
    for seed in range(20):
        drawn = sampling.multinomial(rng(seed), 10**12, weights)
        assert drawn.sum() == 10**12
        assert drawn[weights == 0].sum() == 0


def test_zero_cells_stay_empty_even_far_beyond_what_can_be_counted_exactly() -> None:
    """At 10^17 numpy's rounding leaks into a zero last cell nearly every time."""
    values = rng().dirichlet(np.ones(32), 20)
    weights = np.concatenate([np.zeros((20, 1)), values, np.zeros((20, 2))], axis=1)
    for seed in range(5):
        assert sampling.multinomial(rng(seed), 10**17, weights)[weights == 0].sum() == 0
        assert sampling.categorical(rng(seed), 10**17, weights[0])[weights[0] == 0].sum() == 0


@pytest.mark.parametrize("factor", [1e-12, 3.7, 1e15])
def test_weights_need_not_be_normalised(factor: float) -> None:
    weights = np.array([[6.0, 2.0], [0.5, 1.5]])
    n = 30
    draws = replicates(lambda stream: sampling.multinomial(stream, n, weights * factor), 1500)
    mean, law = multinomial_law(n, weights)
    holds("multinomial of unnormalised weights", SEED, covariances(draws, mean, law))


def test_a_draw_of_a_trillion_documents_has_the_right_spread_and_costs_no_memory() -> None:
    weights = np.array([[0.4, 0.2], [0.3, 0.1]])
    n = 10**12
    tracemalloc.start()
    draws = replicates(lambda stream: sampling.multinomial(stream, n, weights), 2000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000, f"peak {peak} bytes for 2,000 draws of 10^12 documents over 4 cells"
    mean, law = multinomial_law(n, weights)
    scale = np.sqrt(np.diag(law))
    holds(
        "multinomial at 10^12",
        SEED,
        covariances((draws - mean) / scale, np.zeros(4), law / np.outer(scale, scale)),
    )


@given(
    weights=hnp.arrays(np.float64, st.integers(1, 30), elements=st.sampled_from([0.0, 0.1, 5.0])),
    n=st.integers(0, 10**12),
    seed=st.integers(0),
)
def test_categorical_gives_whole_counts_that_sum_to_n(weights: Floats, n: int, seed: int) -> None:
    weights[seed % weights.size] += 1.0
    counts = sampling.categorical(rng(seed), n, weights)
    assert counts.dtype == np.int64
    assert counts.sum() == n
    assert counts[weights == 0].sum() == 0


def test_categorical_follows_the_weights() -> None:
    weights = np.array([0.0, 5.0, 1.0, 4.0, 0.0])
    draws = replicates(lambda stream: sampling.categorical(stream, 20, weights), 8000)
    mean, law = multinomial_law(20, weights)
    live = np.flatnonzero(weights)
    holds("categorical", SEED, covariances(draws[:, live], mean[live], law[np.ix_(live, live)]))


@given(
    weights=hnp.arrays(np.float64, st.integers(1, 30), elements=st.sampled_from([0.0, 0.1, 5.0])),
    n=st.integers(0, 40),
    seed=st.integers(0),
)
def test_some_cells_are_those_of_the_same_draw_of_all(weights: Floats, n: int, seed: int) -> None:
    weights[seed % weights.size] += 1.0
    cells, counts = sampling.Cells(weights, dense=False).some(rng(seed), n)
    every = sampling.Cells(weights, dense=False).draw(rng(seed), n)
    assert (np.diff(cells) > 0).all()
    np.testing.assert_array_equal(every[cells], counts)
    assert counts.sum() == every.sum() == n
    assert (weights[cells] > 0).all()


def test_few_documents_drawn_one_by_one_from_many_cells_follow_the_weights() -> None:
    weights = np.tile([0.0, 5.0, 1.0, 0.0, 4.0, 30.0], 10)
    cells = sampling.Cells(weights, dense=False)
    draws = replicates(lambda stream: cells.draw(stream, 18), 8000)
    summed = draws.reshape(-1, 10, 6)[:, :, [1, 2, 4, 5]].sum(axis=1)
    mean, law = multinomial_law(18, np.array([5.0, 1, 4, 30]))
    holds("one by one", SEED, covariances(summed, mean, law))
    assert draws[:, weights == 0].sum() == 0


# ---------------------------------------------------------------------- thinning


def test_each_document_survives_thinning_independently() -> None:
    counts = np.array([[50.0, 0.0], [3.0, 10.0]])
    draws = replicates(lambda stream: sampling.thin(stream, counts, 0.3), 3000)
    live = np.flatnonzero(counts.ravel())
    mean = 0.3 * counts.ravel()[live]
    assert draws[:, 1].sum() == 0
    holds("binomial thinning", SEED, covariances(draws[:, live], mean, np.diag(0.7 * mean)))


def test_certain_survival_and_certain_loss_need_no_luck() -> None:
    counts = np.array([[5.0, 0.0, 1e12]])
    np.testing.assert_array_equal(sampling.thin(rng(), counts, 1.0), counts)
    np.testing.assert_array_equal(sampling.thin(rng(), counts, 0.0), np.zeros_like(counts))


# ---------------------------------------------------------------------- without replacement


@pytest.mark.parametrize("n", [7, 100, 200, 290])
def test_distinct_documents_have_the_hypergeometric_moments(n: int) -> None:
    counts = np.array([[150.0, 50.0, 0.0], [75.0, 22.0, 3.0]])
    flat = counts.ravel()
    stock = flat.sum()
    draws = replicates(lambda stream: piles.without_replacement(stream, counts, n), 1500)
    p = flat / stock
    law = n * (np.diag(p) - np.outer(p, p)) * (stock - n) / (stock - 1)
    live = np.flatnonzero(flat)
    assert (draws.sum(axis=1) == n).all()
    assert (draws <= flat).all()
    holds(
        f"hypergeometric, {n} of {stock:.0f}",
        SEED,
        covariances(draws[:, live], n * p[live], law[np.ix_(live, live)]),
    )


def test_the_finite_population_factor_is_not_the_one_with_replacement() -> None:
    counts = np.array([50.0, 50.0])
    draws = replicates(lambda stream: piles.without_replacement(stream, counts, 90), 1500)
    variance = draws[:, 0].var()
    assert variance == pytest.approx(90 / 4 * 10 / 99, rel=0.2), (
        f"R=1500 seed={SEED}: observed {variance:.3f}, expected 2.273, with replacement 22.5"
    )


@pytest.mark.parametrize(("limit", "direct"), [(10**9, 64), (10**9, 0), (1, 0), (1, 3)], ids=str)
def test_every_way_of_drawing_has_the_law_of_the_enumerated_subsets(
    monkeypatch: pytest.MonkeyPatch, limit: int, direct: int
) -> None:
    """Positions, numpy's own and thinning with repair, forced on a stock that can be listed."""
    monkeypatch.setattr(piles, "NUMPY_HYPERGEOMETRIC_LIMIT", limit)
    monkeypatch.setattr(piles, "DIRECT_DRAWS", direct)
    counts = np.array([4.0, 3.0, 1.0])
    for n in (2, 5):
        draws = replicates(lambda stream, n=n: piles.without_replacement(stream, counts, n), 2000)
        seen, times = np.unique(draws, axis=0, return_counts=True)
        observed = {tuple(int(x) for x in row): t for row, t in zip(seen, times, strict=True)}
        family = {}
        for outcome in itertools.product(range(5), range(4), range(2)):
            chance = multivariate_hypergeom.pmf(outcome, [4, 3, 1], n) if sum(outcome) == n else 0
            hits = np.zeros(2000)
            hits[: observed.pop(outcome, 0)] = 1.0
            if 0 < chance < 1:
                family[f"{n} of 8 as {outcome}"] = (hits, float(chance))
            else:
                assert hits.sum() == 2000 * chance
        assert not observed
        holds(f"subsets, limit {limit}, direct {direct}", SEED, family)


@pytest.mark.parametrize("stock", [10**9 + 7, 10**12, 10**15])
@pytest.mark.parametrize("n", [1, 64, 65, 10**4, 10**8, 10**11])
def test_huge_stocks_give_exactly_n_and_never_more_than_there_is(stock: int, n: int) -> None:
    cells = rng().multinomial(stock - 100, rng().dirichlet(np.full(40, 0.3))).astype(float)
    counts = np.concatenate([cells, np.zeros(3), np.full(100, 1.0)]).reshape(11, 13)
    for seed in range(5):
        drawn = piles.without_replacement(rng(seed), counts, n)
        assert drawn.sum() == min(n, stock)
        assert (drawn <= counts).all()
        assert (drawn >= 0).all()
        assert (drawn == np.rint(drawn)).all()
        rest = piles.without_replacement(rng(seed), counts, stock - min(n, stock))
        assert rest.sum() == stock - min(n, stock)
        assert (rest <= counts).all()


@pytest.mark.parametrize(
    ("stock", "n"),
    [(10**12, 50), (10**12, 10**6), (10**12, 9 * 10**11), (10**15, 10**11), (10**15, 1)],
)
def test_huge_stocks_keep_means_and_variances(stock: int, n: int) -> None:
    counts = np.array([0.5, 0.3, 0.15, 0.05]) * stock
    draws = replicates(lambda stream: piles.without_replacement(stream, counts, n), 1000)
    p = counts / stock
    law = n * (np.diag(p) - np.outer(p, p)) * ((stock - n) / (stock - 1))
    scale = np.sqrt(np.diag(law))
    holds(
        f"hypergeometric, {n} of {stock}",
        SEED,
        covariances((draws - n * p) / scale, np.zeros(4), law / np.outer(scale, scale)),
    )


def test_a_huge_stock_costs_no_memory() -> None:
    counts = np.full(100, 1e13)
    tracemalloc.start()
    piles.without_replacement(rng(), counts, 10**11)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000, f"peak {peak} bytes"


@given(
    counts=hnp.arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 50).map(float)),
    n=st.integers(-3, 700),
    seed=st.integers(0),
)
def test_asking_for_more_than_there_is_gives_all_and_for_less_a_part(
    counts: Floats, n: int, seed: int
) -> None:
    before = counts.copy()
    drawn = piles.without_replacement(rng(seed), counts, n)
    assert drawn.sum() == min(max(n, 0), counts.sum())
    assert (drawn <= counts).all()
    assert (drawn >= 0).all()
    assert drawn is not counts
    np.testing.assert_array_equal(counts, before)


# ---------------------------------------------------------------------- nucleus


@given(
    weights=st.lists(st.integers(0, 6), min_size=1, max_size=8).filter(any),
    percent=st.integers(1, 100),
)
@settings(max_examples=100)
def test_a_nucleus_is_the_smallest_set_with_its_share_ties_by_position(
    weights: list[int], percent: int
) -> None:
    kept = sampling.nucleus(np.array(weights, dtype=np.float64), percent / 100)
    chosen = set(np.flatnonzero(kept).tolist())
    order = sorted(range(len(weights)), key=lambda i: (-weights[i], i))
    held, expected = Fraction(0), set()
    for place in order:
        if held * 100 >= percent * sum(weights):
            break
        expected.add(place)
        held += weights[place]
    assert chosen == {place for place in expected if weights[place]}
    assert all(kept[i] == weights[i] for i in chosen)
    smaller = len(chosen) - 1
    best = sum(sorted(weights, reverse=True)[:smaller])
    assert best * 100 < percent * sum(weights) or smaller < 0


def test_equal_weights_are_kept_from_the_first_on() -> None:
    np.testing.assert_array_equal(sampling.nucleus(np.full(4, 0.25), 0.5), [0.25, 0.25, 0, 0])
    np.testing.assert_array_equal(sampling.nucleus(np.full(4, 0.25), 0.51), [0.25] * 3 + [0])


@given(weights=small_weights)
def test_a_nucleus_of_one_is_everything_untouched(weights: Floats) -> None:
    assert sampling.nucleus(weights, 1.0).tobytes() == weights.tobytes()


@given(weights=small_weights, top_p=st.floats(0.01, 0.999))
def test_each_row_has_a_nucleus_of_its_own(weights: Floats, top_p: float) -> None:
    together = sampling.nucleus(weights, top_p)
    for row, alone in zip(together, weights, strict=True):
        np.testing.assert_array_equal(row, sampling.nucleus(alone, top_p))


def test_the_likeliest_entry_is_kept_however_small_the_nucleus() -> None:
    np.testing.assert_array_equal(sampling.nucleus(np.array([0.2, 0.5, 0.3]), 1e-6), [0, 0.5, 0])


# ---------------------------------------------------------------------- whole parts


@given(
    total=st.integers(0, 10**12),
    shares=st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any),
)
def test_whole_parts_sum_to_the_total_and_stay_within_one_of_their_share(
    total: int, shares: list[int]
) -> None:
    parts = sampling.whole_parts(total, np.array(shares, dtype=np.float64))
    assert parts.sum() == total
    exact = [Fraction(total * share, sum(shares)) for share in shares]
    assert all(abs(int(p) - e) < 1 + Fraction(1, 100) for p, e in zip(parts, exact, strict=True))
    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)


def test_the_largest_remainder_gets_the_odd_document_the_first_where_equal() -> None:
    np.testing.assert_array_equal(sampling.whole_parts(10, np.array([0.33, 0.33, 0.34])), [3, 3, 4])
    np.testing.assert_array_equal(sampling.whole_parts(5, np.array([1.0, 1.0, 2.0])), [1, 1, 3])
    np.testing.assert_array_equal(sampling.whole_parts(1, np.array([1.0, 1.0])), [1, 0])


@pytest.mark.parametrize(("stock", "drawn"), [(7, 3), (50, 7), (10**5, 900), (10**7, 3000)])
def test_the_chance_of_distinct_documents_is_the_product_over_draws(stock: int, drawn: int) -> None:
    found = piles._distinct(np.array([drawn, 1, 0]), np.array([stock, 9, 3]))
    product = math.fsum(math.log1p(-j / stock) for j in range(drawn))
    assert found == pytest.approx(product, abs=1e-9)
    assert piles._distinct(np.array([8]), np.array([7])) == -math.inf


def test_an_urn_of_mostly_empty_cells_has_the_same_law_and_leaves_them_empty() -> None:
    weights = np.zeros((4, 5))
    weights[0, :2], weights[2, 3], weights[3, 0] = (5.0, 2.0), 1.0, 4.0
    urn, n = sampling.Urn(weights), 30
    assert urn._flat is not None
    draws = replicates(lambda stream: urn.draw(stream, n), 2000)
    live = np.flatnonzero(weights.ravel())
    assert not draws[:, weights.ravel() == 0].any()
    mean, law = multinomial_law(n, weights)
    holds(
        "multinomial of few live cells",
        SEED,
        covariances(draws[:, live], mean[live], law[np.ix_(live, live)]),
    )


def test_an_urn_gives_the_same_draw_as_often_as_it_is_asked() -> None:
    weights = rng().random((6, 4)) + 0.1
    urn, into = sampling.Urn(weights), np.full((6, 4), 9.0)
    first = urn.draw(rng(3), 50)
    assert urn.draw(rng(3), 50, into) is into
    assert np.array_equal(into, first)
    assert np.array_equal(sampling.multinomial(rng(3), 50, weights), first)
