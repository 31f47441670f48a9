"""What policies do to a training set before it is learnt from, by hand and in law."""

from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decoding import Decoding
from agents.learners.frequencies import Frequencies, FrequenciesOptions
from ecosystem.corpus import Counts, Rows
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.domains.portraits import Portraits, PortraitsSpec
from ecosystem.policies.likelihood_filter import LikelihoodFilter
from ecosystem.policies.policy import Lesson
from ecosystem.policies.surprise import Surprise
from ecosystem.policies.verification import Verification
from ecosystem.sampling import Floats
from scenarios.scenario import Scenario
from tests.ecosystem.small import DOMAIN, TOPICS, agent, human, speaker, world
from tests.theory.verdict import holds

SEED = 5
COUNTS = st.lists(st.integers(0, 40), min_size=6, max_size=6).filter(any)


def rng(seed: int = SEED) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def lesson(voice: Any = None, seed: int = SEED) -> Lesson:
    """Of two items with three values each, for a model that would write `voice`."""
    domain = Encyclopedia("d", EncyclopediaSpec(weights=[3.0, 1.0], wrong_values=2))
    learner = Frequencies(domain, FrequenciesOptions(), Decoding())
    if voice is not None:
        learner.begin(np.array(voice, dtype=np.float64))
    return Lesson(domain, learner, rng(seed))


def corpora(cells: Floats) -> tuple[Counts, Rows]:
    """The same documents as counts and as rows (the row holds the cell)."""
    places = np.repeat(np.arange(cells.size), cells.ravel().astype(int))
    return Counts(cells), Rows(places[:, None].astype(np.float64))


def tally(rows: Rows, size: int) -> list[float]:
    return np.bincount(rows.rows[:, 0].astype(int), minlength=size).astype(float).tolist()


# ---------------------------------------------------------------------- corpora


@given(cells=COUNTS, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_dropping_the_highest_drops_that_many_and_no_lower_one(
    cells: list[int], share: float, seed: int
) -> None:
    rank = np.array([0.0, 3, 1, 1, np.inf, 2]).reshape(2, 3)
    counts, rows = corpora(np.array(cells, dtype=np.float64).reshape(2, 3))
    kept = counts.without_highest(rank, share, rng(seed))
    assert kept.cells.sum() == pytest.approx(counts.cells.sum() * (1 - share), abs=0.5)
    assert (kept.cells <= counts.cells).all()
    whole = kept.cells == counts.cells
    touched = rank[~whole & (counts.cells > 0)]
    if touched.size:
        assert not kept.cells[rank > touched.min()].any(), "a higher rank stayed"
    by_row = rank.ravel()[rows.rows[:, 0].astype(int)]
    left = tally(rows.without_highest(by_row, share, rng(seed)), 6)
    untied = (rank != 1).ravel()
    assert np.abs(np.array(left)[untied] - kept.cells.ravel()[untied]).max() <= 1
    assert counts.cells.ravel().tolist() == cells, "what was drawn is left alone"


def test_ties_go_by_lot() -> None:
    counts, rows = corpora(np.array([[6.0, 3.0]]))
    ranks: Any = np.zeros((1, 2)), np.zeros(9)
    found: dict[str, list[float]] = {"counts": [], "rows": []}
    for seed in range(2000):
        found["counts"].append(counts.without_highest(ranks[0], 1 / 3, rng(seed)).cells[0, 0])
        found["rows"].append(tally(rows.without_highest(ranks[1], 1 / 3, rng(seed)), 2)[0])
    # hypergeometric: 6 of 9 stay, of which 6 x 6/9 are of the first kind
    holds("ties", SEED, {k: (np.array(v), 4.0) for k, v in found.items()})


def test_selection_and_thinning_by_cell_have_the_moments_of_their_laws() -> None:
    cells = np.array([[40.0, 10], [30, 20]])
    pull = np.array([[1.0, 4], [0, 2]])
    pulled, chance = cells * pull / (cells * pull).sum() * 100, np.array([[0.5, 1], [0, 0.2]])
    counts, rows = corpora(cells)
    place = rows.rows[:, 0].astype(int)
    family: dict[str, Any] = {}
    selected, by_row, thinned, rows_left = [], [], [], []
    for seed in range(1500):
        selected.append(counts.select(pull, rng(seed)).cells.ravel())
        by_row.append(tally(rows.select(pull.ravel()[place], rng(seed)), 4))
        thinned.append(counts.thin(chance, rng(seed)).cells.ravel())
        rows_left.append(tally(rows.thin(chance.ravel()[place], rng(seed)), 4))
    for cell in (0, 1, 3):
        family[f"selected {cell}"] = np.array(selected)[:, cell], pulled.ravel()[cell]
        family[f"selected rows {cell}"] = np.array(by_row)[:, cell], pulled.ravel()[cell]
    for cell in (0, 3):
        family[f"thinned {cell}"] = np.array(thinned)[:, cell], (cells * chance).ravel()[cell]
        family[f"thinned rows {cell}"] = (
            np.array(rows_left)[:, cell],
            (cells * chance).ravel()[cell],
        )
    holds("selection and thinning", SEED, family)
    assert not np.array(selected)[:, 2].any()
    assert (np.array(thinned)[:, 1] == 10).all()
    assert np.array(selected).sum(axis=1).tolist() == [100] * 1500


UNLIKE = Counts(np.array([[[4.0, 0], [0, 0]], [[0.0, 0], [5, 5]]]), [5.0, 1.0])
"""Four documents of weight 5 on one item, ten of weight 1 on the other."""


def test_a_weighted_corpus_keeps_its_weights() -> None:
    assert UNLIKE.cells.tolist() == [[20, 0], [5, 5]]
    assert UNLIKE.read.tolist() == [4, 10]
    half = UNLIKE.thin(np.array([[1.0, 1], [1, 0]]), rng())
    assert half.cells.tolist() == [[20, 0], [5, 0]]
    assert half.read.tolist() == [4, 5]
    assert UNLIKE.select(np.array([[1.0, 0], [0, 0]]), rng()).cells.tolist() == [[70, 0], [0, 0]]
    fewer = UNLIKE.without_highest(np.array([[0.0, 0], [1, 2]]), 0.25, rng())
    assert fewer.cells.tolist() == [[20, 0], [5, 1]], "a quarter of 14 documents: 4 (3.5)"
    assert fewer.read.tolist() == [4, 6]


def test_documents_of_one_cell_that_weigh_differently_are_counted_one_by_one() -> None:
    """Whole documents stay whole: nothing is rounded where weights meet in a cell."""
    drawn = Counts(np.array([[3.0, 1], [2, 0]])), Counts(np.array([[1.0, 2], [0, 1]]))
    mixed = Counts.joined([(drawn[0], 4.0), (drawn[1], 1.0)])
    assert mixed.size == 10
    assert mixed.read.tolist() == [7, 3]
    assert mixed.cells.tolist() == [[13, 6], [8, 1]]
    assert mixed.thin(1.0, rng()).cells.tolist() == mixed.cells.tolist()
    everywhere = np.ones((2, 2))
    assert all(mixed.select(everywhere, rng(s)).size == 10 for s in range(50))
    assert all(mixed.draw(6, rng(s), replace=False).size == 6 for s in range(50))
    assert all(mixed.without_highest(everywhere, 0.3, rng(s)).size == 7 for s in range(50))
    halves = np.array([mixed.thin(0.5, rng(s)).cells.ravel() for s in range(3000)])
    family = {
        f"half of cell {i}": (halves[:, i], each / 2)
        for i, each in enumerate(mixed.cells.ravel().tolist())
    }
    holds("half of what weighs differently", SEED, family)


@pytest.mark.parametrize("weight", [1.0, 4.0])
def test_a_checker_that_passes_everything_changes_nothing(weight: float) -> None:
    takes = [{"k": 20, "weight": weight}, {"k": 30}]
    scenario = Scenario.parse(
        {
            "name": "idle",
            "steps": 2,
            "domains": {"d": {"kind": "encyclopedia", "zipf": {"items": 40}, "wrong_values": 3}},
            "sites": [{"name": "press", "start": 90}],
            "humans": [{"name": "people", "error": 0.3, "volume": 9, "writes": {"press": 1}}],
            "models": [
                {
                    "name": "m",
                    "count": 3,
                    "learner": {"kind": "frequencies", "hallucination": "calibrated"},
                    "diet": {"takes": takes},
                }
            ],
        }
    )
    idle = {"kind": "verification", "true_pass": 1, "false_pass": 1}
    plain, checked = scenario.run(), scenario.with_(policies=[idle]).run()
    assert plain.agents.equals(checked.agents)
    assert plain.metrics.equals(checked.metrics)


def test_a_selection_counts_weights_once_in_counts_as_in_rows() -> None:
    counts = Counts(np.array([[[10.0], [0]], [[0], [10]]]), [5.0, 1.0])
    rows = Rows(np.repeat([[0.0], [1.0]], 10, axis=0), np.repeat([5.0, 1.0], 10))
    by_counts, by_rows = [], []
    for seed in range(1000):
        by_counts.append(counts.select(np.ones((2, 1)), rng(seed)).cells[:, 0])
        chosen = rows.select(np.ones(20), rng(seed))
        by_rows.append(np.bincount(chosen.rows[:, 0].astype(int), chosen.weights, 2))
    found = np.array(by_counts), np.array(by_rows)
    family = {f"{i} {k}": (found[i][:, k], (50.0, 10.0)[k]) for i in (0, 1) for k in (0, 1)}
    holds("weights in a selection", SEED, family)


def test_takes_of_weight_1_make_no_weighted_corpus() -> None:
    parts = [(Counts(np.array([[3.0, 1]])), 1.0), (Counts(np.array([[2.0, 0]])), 1.0)]
    plain = Counts.joined(parts)
    assert not plain.weighted
    assert plain.read.tolist() == [6]
    assert Counts.joined([parts[0], (parts[1][0], 3.0)]).weighted


# ---------------------------------------------------------------------- policies

HEARD = np.array([[50.0, 8, 2], [30, 10, 0]])
VOICE = [[0.6, 0.05, 0], [0.3, 0.05, 0]]


def test_a_likelihood_filter_drops_what_the_model_finds_least_likely() -> None:
    policy = LikelihoodFilter(share=0.02)
    assert policy.teach(Counts(HEARD), lesson(VOICE)).cells.tolist() == [[50, 8, 0], [30, 10, 0]]
    policy = LikelihoodFilter(share=0.5)
    assert policy.teach(Counts(HEARD), lesson(VOICE)).cells.tolist() == [[50, 0, 0], [0, 0, 0]]
    assert policy.teach(Counts(HEARD), lesson()).cells.tolist() == HEARD.tolist(), "a blank model"


def test_surprise_draws_documents_by_their_surprise() -> None:
    taught = np.mean(
        [
            Surprise(strength=2).teach(Counts(HEARD), lesson(VOICE, seed)).cells
            for seed in range(1500)
        ],
        axis=0,
    )
    above = np.array([[0, log(12), log(200)], [log(2), log(12), 0]])
    pull = HEARD * (1 + above) ** 2
    np.testing.assert_allclose(taught, 100 * pull / pull.sum(), atol=0.4)
    assert taught[0, 2] > HEARD[0, 2], "an impossible document is the most surprising"
    unread = np.array([[0.0, 50, 0], [50, 0, 0]])  # its likeliest thing is not in the crawl
    drawn = [Surprise(strength=2).teach(Counts(unread), lesson(VOICE, s)).cells for s in range(999)]
    pull = np.array([50 * (1 + log(6)) ** 2, 50])
    np.testing.assert_allclose(
        np.mean(drawn, axis=0)[[0, 1], [1, 0]], 100 * pull / pull.sum(), atol=0.4
    )
    same = Surprise(strength=0).teach(Counts(HEARD), lesson(VOICE))
    assert same.cells.tolist() == HEARD.tolist()
    assert Surprise().teach(Counts(HEARD), lesson()).cells.tolist() == HEARD.tolist()


@pytest.mark.parametrize(("phi", "psi"), [(1, 0), (0.9, 0.3), (0.5, 0.5)])
def test_verification_passes_right_and_wrong_documents_at_its_rates(phi: float, psi: float) -> None:
    policy = Verification(true_pass=phi, false_pass=psi)
    heard = np.array([policy.teach(Counts(HEARD), lesson(VOICE, s)).cells for s in range(1000)])
    right, wrong = heard[:, :, 0].sum(axis=1), heard[:, :, 1:].sum(axis=(1, 2))
    if psi in (0, 1):
        assert set(right) == {80.0}
        assert set(wrong) == {20.0 * psi}
    else:
        holds("verification", SEED, {"right": (right, 80 * phi), "wrong": (wrong, 20 * psi)})


def test_verification_lets_through_what_cannot_be_wrong() -> None:
    domain = Portraits("p", PortraitsSpec())
    corpus = Rows(domain.reference()[:5])
    found = Verification(true_pass=0, false_pass=0).teach(corpus, Lesson(domain, None, rng()))  # type: ignore[arg-type]
    assert found is corpus


def test_a_forgotten_item_is_perceived_again_only_where_the_vocabulary_is_reopened() -> None:
    def topics(**fields: Any) -> list[bool]:
        there = world(
            steps=3,
            sites=[{"name": "s", "documents": "unlimited", "retention": "latest"}],
            humans=[human(volume=100, writes={"s": 1})],
            models=[
                {
                    **speaker("m", 0, diet={"n": 500}),
                    "every": 1,
                    "learner": {"kind": "frequencies", "vocabulary": "closed"},
                }
            ],
            **fields,
        )
        known: Floats = agent(there, "m").learners[DOMAIN].topics
        return (known > 0).tolist()

    assert topics() == [True, False, False]
    assert topics(policies=[{"kind": "reopening", "start": 4}]) == [True, False, False]
    assert topics(policies=[{"kind": "reopening", "start": 2, "stop": 3}]) == [True] * len(TOPICS)
