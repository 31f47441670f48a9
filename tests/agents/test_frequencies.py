"""The encyclopedia learner against its own docstring, recomputed item by item."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from agents.decoding import Decoding
from agents.learners.frequencies import Frequencies, FrequenciesOptions
from ecosystem.corpus import Counts
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.sampling import Floats
from tests.ecosystem.small import agent, human, world
from tests.theory.verdict import holds

SEED = 7
FACTS = Encyclopedia("facts", EncyclopediaSpec(weights=[8, 4, 2, 1, 1, 1], wrong_values=3))
WORDS = Encyclopedia("words", EncyclopediaSpec(weights=[8, 4, 2, 1, 1, 1]))
READ = np.array(
    [[9.0, 1, 0, 0], [3, 0, 0, 2], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
)


def stream(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


def learner(
    domain: Encyclopedia = FACTS, decoding: Decoding | None = None, **options: Any
) -> Frequencies:
    return Frequencies(domain, FrequenciesOptions(**options), decoding or Decoding())


def fitted(
    cells: Floats = READ, domain: Encyclopedia = FACTS, seed: int = SEED, **options: Any
) -> Frequencies:
    found = learner(domain, **options)
    found.fit(Counts(cells.copy()), stream(seed))
    return found


def voice_of(topics: list[float], domain: Encyclopedia = FACTS) -> Floats:
    """A start that speaks the truth of these topics."""
    return domain.truth(0.0, np.array(topics) / sum(topics))


cells_read = st.lists(
    st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 5, 40]), min_size=4, max_size=4),
    min_size=6,
    max_size=6,
).map(lambda rows: np.array(rows, dtype=np.float64))
read_something = cells_read.filter(np.any)


# ---------------------------------------------------------------------- topics


def test_maximum_likelihood_says_what_was_read() -> None:
    found = fitted()
    np.testing.assert_allclose(found.topics, np.array([10, 5, 1, 1, 0, 0]) / 17)
    np.testing.assert_allclose(found.beliefs[1], [0.6, 0, 0, 0.4])
    np.testing.assert_allclose(found.voice()[:4], READ[:4] / 17)
    assert found.invented == 0


def test_additive_adds_documents_to_every_item() -> None:
    found = fitted(estimator="additive", additive=0.5)
    np.testing.assert_allclose(found.topics, np.array([10.5, 5.5, 1.5, 1.5, 0.5, 0.5]) / 20)


def test_good_turing_gives_unseen_items_the_mass_of_what_was_seen_once() -> None:
    found = learner(estimator="good_turing", unseen="uniform")
    found.begin(voice_of([1, 1, 1, 1, 3, 1]))
    found.fit(Counts(READ.copy()), stream())
    missing = 2 / 17
    seen = (1 - missing) * np.array([10, 5, 1, 1]) / 17
    np.testing.assert_allclose(found.topics, [*seen, missing / 2, missing / 2])


def test_good_turing_spreads_it_as_the_previous_self_spoke() -> None:
    found = learner(estimator="good_turing", unseen="previous")
    found.begin(voice_of([1, 1, 1, 1, 3, 1]))
    found.fit(Counts(READ.copy()), stream())
    np.testing.assert_allclose(found.topics[4:], [2 / 17 * 3 / 4, 2 / 17 / 4])


@pytest.mark.parametrize("previous", [[1, 1, 1, 1, 0, 0], None], ids=["forgot", "never knew"])
def test_good_turing_keeps_the_mass_where_nobody_knows_of_unseen_items(
    previous: list[float] | None,
) -> None:
    found = learner(estimator="good_turing", unseen="previous")
    if previous:
        found.begin(voice_of(previous))
    found.fit(Counts(READ.copy()), stream())
    np.testing.assert_allclose(found.topics, np.array([10, 5, 1, 1, 0, 0]) / 17)


def test_good_turing_leaves_something_to_the_seen_where_all_were_seen_once() -> None:
    cells = np.zeros((6, 4))
    cells[:4, 0] = 1
    found = fitted(cells, estimator="good_turing", unseen="uniform")
    np.testing.assert_allclose(found.topics, [*[1 / 16] * 4, 3 / 8, 3 / 8])


@given(cells=read_something, weight=st.sampled_from([0.25, 3.0]))
@settings(max_examples=30)
def test_a_weight_that_all_documents_share_changes_no_topic_and_no_count_of_what_was_seen_once(
    cells: Floats, weight: float
) -> None:
    options = {"estimator": "good_turing", "unseen": "uniform"}
    plain = fitted(cells, **options)
    weighted = learner(**options)
    weighted.fit(Counts(cells[None], [weight]), stream())
    np.testing.assert_allclose(weighted.topics, plain.topics)


# ---------------------------------------------------------------------- hallucination


def doubts(rule: str, cells: Floats, topics: Floats, floor: float) -> tuple[list[float], float]:
    """h of every item and alpha, by the docstring, in scalars."""
    evidence = [float(row.sum()) for row in cells]
    n, once = sum(evidence), sum(e == 1 for e in evidence)
    seen = [k for k, e in enumerate(evidence) if e > 0]
    alpha = 0.0
    if rule == "evidence":
        alpha = once / len(seen)
    if rule == "calibrated":
        u = math.fsum(topics[k] for k in range(len(evidence)) if k not in seen)

        def gap(a: float) -> float:
            return u + math.fsum(topics[k] * a / (evidence[k] + a) for k in seen) - once / n

        if once == n and u < 1:
            alpha = math.inf
        elif u < once / n:
            alpha = brentq(gap, 0, 1e12, xtol=1e-14, rtol=1e-15, maxiter=1000)
    if rule == "off":
        floor = 0.0
    h = []
    for k, e in enumerate(evidence):
        thin = 1.0 if math.isinf(alpha) else alpha / (e + alpha) if alpha else 0.0
        h.append(floor + (1 - floor) * thin if k in seen else 1.0)
    return h, alpha


RULES = st.sampled_from(["evidence", "calibrated", "constant", "off"])
ESTIMATORS = st.sampled_from(
    [
        {"estimator": "maximum_likelihood"},
        {"estimator": "additive", "additive": 0.1},
        {"estimator": "good_turing", "unseen": "uniform"},
    ]
)


@given(
    cells=read_something,
    rule=RULES,
    floor=st.sampled_from([0.0, 0.01, 0.5]),
    estimator=ESTIMATORS,
    seed=st.integers(0, 99),
)
@settings(max_examples=70)
def test_beliefs_are_what_was_observed_mixed_with_one_wrong_guess(
    cells: Floats, rule: str, floor: float, estimator: dict[str, Any], seed: int
) -> None:
    found = fitted(cells, seed=seed, hallucination=rule, floor=floor, **estimator)
    h, _ = doubts(rule, cells, found.topics, floor)
    for k, row in enumerate(found.beliefs):
        total = cells[k].sum()
        observed = cells[k] / total if total else np.zeros(4)
        invented = row - (1 - h[k]) * observed
        assert invented[0] == pytest.approx(0, abs=1e-9), "the truth is never guessed"
        assert invented.max() == pytest.approx(h[k], abs=1e-9)
        assert np.sort(invented)[:-1] == pytest.approx(0, abs=1e-9), "one guess an item"
    assert found.invented == pytest.approx(float(found.topics @ np.array(h)), abs=1e-9)
    assert found.voice().sum() == pytest.approx(1)


@given(cells=read_something, floor=st.sampled_from([0.0, 0.02]), estimator=ESTIMATORS)
@settings(max_examples=70)
def test_calibrated_invents_the_share_of_what_was_seen_once(
    cells: Floats, floor: float, estimator: dict[str, Any]
) -> None:
    found = fitted(cells, hallucination="calibrated", floor=floor, **estimator)
    missing = float((cells.sum(axis=1) == 1).sum() / cells.sum())
    unseen = float(found.topics[cells.sum(axis=1) == 0].sum())
    base = max(missing, unseen)
    assert found.invented == pytest.approx(base + (1 - base) * floor, abs=1e-9)


def test_calibrated_holds_for_a_thousand_items_and_a_hundred_thousand_documents() -> None:
    domain = Encyclopedia("z", EncyclopediaSpec.model_validate(
        {"zipf": {"items": 1000}, "wrong_values": 2}))  # fmt: skip
    for n in (50, 2000, 100_000):
        cells = Counts(domain.truth()).draw(n, stream()).cells
        missing = float((cells.sum(axis=1) == 1).sum() / n)
        found = fitted(cells, domain, hallucination="calibrated", floor=0.002)
        assert found.invented == pytest.approx(missing + (1 - missing) * 0.002, abs=1e-9)


def test_evidence_invents_close_to_the_share_of_what_was_seen_once_and_rather_less() -> None:
    domain = Encyclopedia("z", EncyclopediaSpec.model_validate(
        {"zipf": {"items": 1000}, "wrong_values": 2}))  # fmt: skip
    cells = Counts(domain.truth()).draw(20_000, stream()).cells
    missing = float((cells.sum(axis=1) == 1).sum() / 20_000)
    invented = fitted(cells, domain, hallucination="evidence").invented
    assert 0.9 * missing < invented <= missing


def test_nothing_is_invented_where_all_was_read_twice() -> None:
    for rule in ("evidence", "calibrated", "off"):
        found = fitted(np.full((6, 4), 2.0), hallucination=rule)
        assert found.invented == 0
        np.testing.assert_allclose(found.beliefs, 0.25)


def test_never_invents_nothing_and_remembers_what_it_did_not_read_again() -> None:
    former = voice_of([1, 0, 1, 1, 1, 1])
    former[2] = [0.0, 0.25, 0.75, 0.0] / former.sum() * former[2].sum()
    found = learner(hallucination="never", floor=0.5, estimator="additive")
    found.begin(former)
    cells = np.zeros((6, 4))
    cells[0] = [3, 0, 1, 0]
    found.fit(Counts(cells), stream())
    np.testing.assert_allclose(found.beliefs[0], [0.75, 0, 0.25, 0])
    np.testing.assert_allclose(found.beliefs[1], [1, 0, 0, 0], err_msg="never heard of")
    np.testing.assert_allclose(found.beliefs[2], [0, 0.25, 0.75, 0], err_msg="remembered")
    assert found.invented == 0
    assert found.voice().sum() == pytest.approx(1)


def test_constant_errs_at_the_floor_however_much_was_read() -> None:
    found = fitted(np.array([[10.0**k, 0, 0, 0] for k in range(6)]), hallucination="constant",
                   floor=0.1)  # fmt: skip
    np.testing.assert_allclose(found.beliefs[:, 0], 0.9)
    assert found.invented == pytest.approx(0.1)


def test_guesses_follow_the_confusion_table() -> None:
    rows = "".join(f"{name},1,{1900 + 3 * k},g\n" for k, name in enumerate("abcdef"))
    domain = years(rows)
    guesses = np.zeros(domain.shape)
    number = 700
    for seed in range(number):
        found = fitted(np.array([[1.0, *[0] * (domain.shape[1] - 1)]] * 6), domain, seed,
                       hallucination="constant", floor=1.0)  # fmt: skip
        guesses += found.beliefs
    assert guesses[:, 0].sum() == 0
    family = {}
    for k in range(6):
        for v in (1, 2, 5):
            hits = np.zeros(number)
            hits[: round(guesses[k, v])] = 1
            family[f"item {k}, value {v}"] = (hits, float(domain.confusion[k, v]))
    assert guesses.sum() == pytest.approx(6 * number)
    holds("guesses", SEED, family)


def years(rows: str) -> Encyclopedia:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "years.csv"
        path.write_text("name,weight,value,group\n" + rows, encoding="utf-8")
        return Encyclopedia("years", EncyclopediaSpec(table=str(path)))


def test_an_item_without_wrong_values_is_never_doubted() -> None:
    domain = years("a,1,1900,g\n")
    found = fitted(np.array([[1.0]]), domain, hallucination="calibrated", floor=0.5)
    assert found.invented == 0
    assert found.voice().tolist() == [[1.0]]


def test_a_domain_without_claims_invents_nothing() -> None:
    found = fitted(READ.sum(axis=1)[:, None], WORDS, hallucination="calibrated", floor=0.5)
    assert found.invented == 0
    np.testing.assert_allclose(found.voice()[:, 0], np.array([10, 5, 1, 1, 0, 0]) / 17)


def test_a_guess_depends_on_the_stream_and_not_on_what_was_read() -> None:
    options = {"hallucination": "constant", "floor": 1.0}
    one = fitted(READ, **options).beliefs.argmax(axis=1)
    same = fitted(READ[::-1].copy(), **options).beliefs.argmax(axis=1)
    np.testing.assert_array_equal(one, same)
    others = {tuple(fitted(READ, seed=s, **options).beliefs.argmax(axis=1)) for s in range(9)}
    assert len(others) > 3


# ---------------------------------------------------------------------- former selves


def test_inertia_keeps_a_share_of_the_former_self() -> None:
    found = learner(inertia=0.25)
    found.begin(voice_of([0, 5, 0, 0, 0, 3]))
    found.fit(Counts(READ.copy()), stream())
    topics = 0.75 * np.array([10, 5, 1, 1, 0, 0]) / 17 + 0.25 * np.array([0, 5, 0, 0, 0, 3]) / 8
    np.testing.assert_allclose(found.topics, topics)
    assert found.voice().sum() == pytest.approx(1)
    assert 0.6 < found.beliefs[1, 0] < 1, "between what was read and what was known"


def test_a_former_self_can_be_another_model() -> None:
    old, new = learner(inertia=0.5), learner(inertia=0.5)
    old.begin(voice_of([0, 0, 0, 0, 0, 1]))
    new.fit(Counts(READ.copy()), stream(), previous=old)
    assert new.topics[5] == pytest.approx(0.5)
    assert old.topics[5] == 1


@pytest.mark.parametrize("rule", ["off", "calibrated"])
def test_what_knows_nothing_yet_has_no_former_self(rule: str) -> None:
    first = fitted(inertia=0.5, hallucination=rule)
    assert first.voice().sum() == pytest.approx(1)
    np.testing.assert_allclose(first.topics, fitted(hallucination=rule).topics)


def test_inertia_after_a_start_that_knew_few_items_keeps_the_voice_whole() -> None:
    found = learner(inertia=0.4)
    found.begin(voice_of([0, 0, 0, 0, 0, 1]))
    for _ in range(3):
        found.fit(Counts(READ.copy()), stream())
        assert found.voice().sum() == pytest.approx(1)
        np.testing.assert_allclose(found.beliefs[1], [0.6, 0, 0, 0.4], atol=1e-12)


def test_capacity_keeps_the_most_frequent_items_the_first_where_equal() -> None:
    found = fitted(capacity=3)
    np.testing.assert_allclose(found.topics, np.array([10, 5, 1, 0, 0, 0]) / 16)


def test_inertia_acts_after_capacity() -> None:
    found = learner(capacity=1, inertia=0.5)
    found.begin(voice_of([0, 0, 0, 0, 0, 1]))
    found.fit(Counts(READ.copy()), stream())
    np.testing.assert_allclose(found.topics, [0.5, 0, 0, 0, 0, 0.5])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"estimator": "additive"},
        {"estimator": "good_turing", "unseen": "uniform"},
        {"estimator": "good_turing", "inertia": 0.3},
        {"hallucination": "calibrated", "floor": 0.1},
    ],
    ids=str,
)
def test_a_closed_vocabulary_never_perceives_again_what_it_lost_and_an_open_one_does(
    options: dict[str, Any],
) -> None:
    rare = np.zeros((6, 4))
    rare[:2, 0] = 9
    everything = np.full((6, 4), 3.0)
    for vocabulary, remembered in (("closed", 2), ("open", 6)):
        found = learner(vocabulary=vocabulary, **options)
        found.begin(voice_of([5, 4, 0, 0, 0, 0]))
        for cells in (rare, everything):
            found.fit(Counts(cells), stream())
        assert np.count_nonzero(found.topics) == remembered
        assert np.count_nonzero(found.voice().sum(axis=1)) == remembered


def test_a_closed_vocabulary_opens_with_the_first_fit() -> None:
    found = fitted(vocabulary="closed")
    np.testing.assert_allclose(found.topics, np.array([10, 5, 1, 1, 0, 0]) / 17)


@pytest.mark.parametrize("rule", ["off", "constant", "calibrated"])
@pytest.mark.parametrize("together", [False, True])
def test_what_reads_nothing_it_perceives_stays_as_it_was(together: bool, rule: str) -> None:
    options = {"vocabulary": "closed", "hallucination": rule, "floor": 0.1}
    found, other = learner(**options), learner(**options)
    start = voice_of([5, 4, 0, 0, 0, 0])
    for model in (found, other):
        model.begin(start)
    strange = np.zeros((6, 4))
    strange[5, 0] = 7
    both = [found, other] if together else [found]
    corpora = [Counts(strange), Counts(READ.copy())][: len(both)]
    voices = [np.empty(start.shape) for _ in both]
    Frequencies.fit_together(both, corpora, lambda _: stream(), voices.__setitem__)
    np.testing.assert_array_equal(found.voice(), start)
    assert found.invented == 0
    assert found.kept == 1
    if together:
        np.testing.assert_allclose(other.topics, [2 / 3, 1 / 3, 0, 0, 0, 0])


# ---------------------------------------------------------------------- starts


def start_of(start: Any, **fields: Any) -> Floats:
    """(K, V) the voice of a model at row 0."""
    made = world(
        humans=[human(volume=9, error=0.1)],
        models=[{"name": "m", "start": start, "diet": {"n": 10**6}, **fields}],
    )
    found: Floats = made.stocks["d"].voices[agent(made, "m").row].reshape(made.domains["d"].shape)
    return found


def test_a_start_at_the_truth_is_what_humans_write() -> None:
    expected = np.array([[0.9, 0.05, 0.05]]) * np.array([[0.5], [0.3], [0.2]])
    np.testing.assert_allclose(start_of("truth"), expected, rtol=1e-12)


def test_a_fitted_start_is_a_sample_of_what_humans_write() -> None:
    expected = start_of("truth")
    found = start_of("fitted")
    assert not np.array_equal(found, expected)
    np.testing.assert_allclose(found, expected, atol=0.003)
    few = start_of({"kind": "fitted", "documents": 4})
    assert np.allclose(few * 4, np.rint(few * 4))


def test_a_noisy_start_is_a_dirichlet_that_speaks_the_truth() -> None:
    found = start_of({"kind": "dirichlet", "concentration": 0.5})
    assert found[:, 1:].sum() == 0
    assert found.sum() == pytest.approx(1)
    assert not np.allclose(found, start_of("truth"))


def test_a_given_start_is_taken_with_its_false_share_on_the_likeliest_wrong_value() -> None:
    found = start_of({"kind": "given", "topics": {"d": [0, 1, 3]}, "false": 0.4})
    np.testing.assert_allclose(found, [[0, 0, 0], [0.15, 0.1, 0], [0.45, 0.3, 0]], atol=1e-12)


# ---------------------------------------------------------------------- bits, state, score


MANY = [
    {},
    {"inertia": 0.4},
    {"capacity": 3},
    {"floor": 0.3, "inertia": 0.1, "additive": 2.0},
]


@pytest.mark.parametrize("rule", ["evidence", "calibrated", "constant", "off", "never"])
@pytest.mark.parametrize("estimator", ["maximum_likelihood", "additive", "good_turing"])
@pytest.mark.parametrize("vocabulary", ["open", "closed"])
def test_models_fitted_together_have_the_bits_of_models_fitted_alone(
    rule: str, estimator: str, vocabulary: str
) -> None:
    """Different sizes, decodings and options; enough of them for several stacks."""
    domain = Encyclopedia("z", EncyclopediaSpec.model_validate(
        {"zipf": {"items": 700}, "wrong_values": 9}))  # fmt: skip

    def make(i: int) -> Frequencies:
        decoding = Decoding(
            temperature=[1, 0.8, 1.3][i % 3],
            claim_temperature=[1, 1, 0.7][i % 3],
            top_p=[1, 1, 0.9, 0.5][i % 4],
        )
        options = {"hallucination": rule, "estimator": estimator, "vocabulary": vocabulary}
        found = learner(domain, decoding, **options, **MANY[i % 4])
        found.begin(domain.truth(0.05))
        return found

    corpora = [Counts(domain.truth(0.02)).draw(7 * 4**i, stream(i)) for i in range(6)] * 4
    together = [make(i) for i in range(24)]
    assert len({model.cohort for model in together}) == 1
    voices = [np.empty(domain.shape) for _ in together]
    Frequencies.fit_together(together, corpora, lambda i: stream(100 + i), voices.__setitem__)
    for i, (model, corpus, said) in enumerate(zip(together, corpora, voices, strict=True)):
        alone = make(i)
        alone.fit(corpus, stream(100 + i))
        assert said.tobytes() == alone.voice().tobytes() == model.voice().tobytes()
        for key, value in alone.state().items():
            assert np.asarray(value).tobytes() == np.asarray(model.state()[key]).tobytes()


def test_a_restored_model_writes_and_learns_as_the_one_that_was_kept() -> None:
    options = {"inertia": 0.3, "hallucination": "calibrated", "estimator": "good_turing"}
    decoding = Decoding(temperature=0.8, claim_top_p=0.9)
    kept = learner(decoding=decoding, **options)
    kept.begin(voice_of([1, 2, 3, 4, 5, 6]))
    kept.fit(Counts(READ.copy()), stream())
    restored = learner(decoding=decoding, **options)
    restored.load(kept.state())
    assert restored.voice().tobytes() == kept.voice().tobytes()
    assert restored.invented == kept.invented
    for model in (kept, restored):
        model.fit(Counts(READ[::-1].copy()), stream(9))
    assert restored.voice().tobytes() == kept.voice().tobytes()


def test_a_state_is_not_touched_by_later_learning() -> None:
    found = fitted()
    state = {key: np.array(value) for key, value in found.state().items()}
    given_away = found.state()
    found.fit(Counts(READ[::-1].copy()), stream())
    for key, value in state.items():
        np.testing.assert_array_equal(given_away[key], value)


def test_a_score_is_the_mean_log_likelihood_before_decoding() -> None:
    found = fitted(hallucination="constant", floor=0.1)
    corpus = np.zeros((6, 4))
    corpus[0, 0], corpus[1, 3] = 3, 1
    expected = 3 * math.log(10 / 17 * found.beliefs[0, 0]) + math.log(5 / 17 * found.beliefs[1, 3])
    assert found.score(Counts(corpus)) == pytest.approx(expected / 4)
    sharp = learner(decoding=Decoding(temperature=0.1))
    sharp.load(found.state())
    assert sharp.score(Counts(corpus)) == found.score(Counts(corpus))


def test_an_impossible_document_scores_minus_infinity() -> None:
    corpus = np.zeros((6, 4))
    corpus[5, 0] = 1
    assert fitted().score(Counts(corpus)) == -math.inf


def test_no_voice_scores_a_corpus_better_than_the_one_fitted_to_it() -> None:
    best = fitted().score(Counts(READ))
    for other in ("additive", "good_turing"):
        assert fitted(estimator=other, unseen="uniform").score(Counts(READ)) < best


@pytest.mark.parametrize(
    "bad",
    [
        {"inertia": 1.1},
        {"inertia": -0.1},
        {"capacity": 0},
        {"additive": 0},
        {"floor": math.nan},
        {"estimator": "median"},
        {"hallucination": "always"},
        {"smoothing": 1},
    ],
    ids=str,
)
def test_what_is_no_option_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        FrequenciesOptions(**bad)
