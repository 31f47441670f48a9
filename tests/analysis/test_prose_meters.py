"""Meters of prose: each moves the right way, and stands at its closed form where it has one."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from analysis.collector import meter_classes
from analysis.meters.distinct import distinct, ngrams
from analysis.meters.self_similarity import similarity
from analysis.meters.style import divergences
from analysis.meters.surprise import FLOOR, cross_entropy
from analysis.prose_view import ProseView
from analysis.row_view import view_of
from ecosystem.corpus import Rows
from ecosystem.domains.prose import END, RARE, UNKNOWN
from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario

PROSE_METERS = ("vocabulary", "distinct", "surprise", "style", "self_similarity")


def made(models: int = 2, start: float = 2000, **learner: Any) -> Ecosystem:
    return build(
        Scenario.parse(
            {
                "name": "shelf",
                "meters": [],
                "domains": {"d": {"kind": "prose"}},
                "sites": [{"name": "s", "start": start}],
                "humans": [{"name": "people", "volume": 10, "writes": {"s": 1}}],
                "models": [
                    {
                        "name": "m",
                        "count": models,
                        "start": {"kind": "fitted", "documents": 2000},
                        "diet": {"n": 50},
                        "learner": {"kind": "ngram", **learner},
                    }
                ],
            }
        )
    )


def teach(there: Ecosystem, model: int, rows: Any) -> None:
    """Let a model read some documents and nothing else."""
    learner: Any = there.models()[model].learners["d"]
    learner.load({})
    learner.fit(Rows(rows), np.random.default_rng(0))


def view(there: Ecosystem) -> ProseView:
    found: Any = view_of(there, "d", {})
    return found


def read(there: Ecosystem) -> dict[str, Any]:
    """All columns, those on a model as the first model's value."""
    found: dict[str, Any] = {}
    for kind in PROSE_METERS:
        for name, value in meter_classes()[kind]().measure(view(there)).items():
            found[name] = float(value if np.ndim(value) == 0 else np.asarray(value)[0])
    return found


@cache
def of_humans() -> dict[str, Any]:
    return read(made())


def human(there: Ecosystem) -> Any:
    domain: Any = there.domains["d"]
    return domain.reference()


def test_models_of_much_human_text_are_near_the_human_values() -> None:
    found = of_humans()
    for name in ("vocabulary", "vocabulary_all", "web_vocabulary"):
        assert 0.75 < found[name] < 1.1, name
    assert found["rare_words"] == pytest.approx(RARE, abs=0.02)
    assert found["unknown_words"] == 0
    assert found["style_divergence"] < 0.02
    assert found["distinct_2"] < found["distinct_2_human"] < found["distinct_3"]
    assert found["self_similarity"] == pytest.approx(found["self_similarity_human"], rel=0.3)


def test_one_sentence_over_and_over_is_the_poorest_text() -> None:
    there, before = made(), of_humans()
    rows = human(there)
    common = (rows < 60).all(axis=1) & (rows != UNKNOWN).all(axis=1)
    sentence = rows[common & (rows[:, 8] != END)][:1]
    for model in range(2):
        teach(there, model, np.repeat(sentence, 5, axis=0))
    found = read(there)
    words = np.unique(sentence[sentence > UNKNOWN]).size
    size = view(there).vocabulary(view(there).human_sample)
    assert found["vocabulary"] <= words / size
    assert found["vocabulary_all"] < found["vocabulary"]
    assert found["distinct_1"] <= words / 2000
    assert found["self_similarity"] > 0.5 > 10 * before["self_similarity"]
    assert found["words_lost"] > before["words_lost"] + 0.2
    for name in ("rare_words", "distinct_2", "distinct_3", "entropy_rate"):
        assert found[name] < before[name], name
    assert found["cross_entropy"] > before["cross_entropy"]
    assert found["web_vocabulary"] == before["web_vocabulary"]
    for name in ("style_divergence", "style_divergence_pairs"):
        assert found[name] == pytest.approx(0, abs=1e-3)


def test_models_of_different_works_differ_in_style() -> None:
    there = made()
    domain: Any = there.domains["d"]
    rows = human(there)
    for model, work in enumerate((1, 6)):
        teach(there, model, rows[domain._item_of == work])
    apart, before = read(there), of_humans()
    assert apart["style_divergence"] > 2 * before["style_divergence"]
    assert apart["style_divergence_pairs"] > before["style_divergence_pairs"] + 0.02


def test_models_without_a_common_word_are_as_unlike_as_can_be() -> None:
    there = made()
    for model, word in enumerate((7, 8)):
        teach(there, model, np.full((5, 32), word, dtype=np.int32))
    assert divergences(np.stack(view(there).samples), 1)[0] == pytest.approx(np.log(2))
    # dealt round, both hands hold the same: nothing is noise
    assert read(there)["style_divergence"] == pytest.approx(np.log(2))


def test_words_that_have_become_unknown_are_lost() -> None:
    there = made()
    rows = human(there).copy()
    rows[rows > 60] = UNKNOWN
    for model in range(2):
        teach(there, model, rows)
    found = read(there)
    assert found["unknown_words"] == pytest.approx((rows == UNKNOWN).sum() / (rows > 0).sum(), 0.1)
    assert found["vocabulary"] < 0.05
    assert found["rare_words"] == 0
    assert found["words_lost"] > 0.95


def test_who_writes_what_humans_write_has_their_vocabulary_unknown_words_or_not() -> None:
    seen: Any = view(made(1))
    seen.human = np.where(seen.human > 60, UNKNOWN, seen.human)
    seen.web = seen.human_sample
    seen.samples = [seen.human_sample]
    found = meter_classes()["vocabulary"]().measure(seen)
    assert found["unknown_words"] > 0.1
    for name in ("vocabulary", "vocabulary_all", "web_vocabulary"):
        assert found[name] == 1, name
    assert found["words_lost"] == 0


def test_typical_text_surprises_a_model_of_humans_less_and_random_words_more() -> None:
    there, before = made(), of_humans()
    rows = human(there)
    common = (rows < 30).all(axis=1) & (rows != UNKNOWN).all(axis=1)
    teach(there, 0, rows[common])
    teach(there, 1, np.random.default_rng(3).integers(2, 9000, size=(3000, 32)))
    typical, random = np.asarray(
        meter_classes()["surprise"]().measure(view(there))["human_surprise"]
    )
    assert typical < before["human_surprise"] - 0.5
    assert random > before["human_surprise"] + 2


@pytest.mark.parametrize("decoding", [{"temperature": 0.7}, {"top_p": 0.7}])
def test_cautious_decoding_costs_entropy_vocabulary_and_rare_words(
    decoding: dict[str, float],
) -> None:
    there, before = made(), of_humans()
    for model in there.models():
        learner: Any = model.learners["d"]
        learner.decoding = learner.decoding.model_copy(update=decoding)
    found = read(there)
    for name in ("entropy_rate", "vocabulary", "rare_words", "human_surprise", "distinct_2"):
        assert found[name] < before[name], name
    assert found["cross_entropy"] == before["cross_entropy"]  # what it knows is the same


def test_where_nothing_stands_and_nobody_knows_anything_nothing_is_defined() -> None:
    there = made(1, start=0)
    learner: Any = there.models()[0].learners["d"]
    learner.load({})
    found = read(there)
    undefined = {name for name, value in found.items() if np.isnan(value)}
    assert undefined == set(found) - {"distinct_2_human", "self_similarity_human"}


def test_one_model_alone_has_a_vocabulary_but_no_divergence() -> None:
    found = read(made(1))
    undefined = {name for name, value in found.items() if np.isnan(value)}
    assert undefined == {"style_divergence", "style_divergence_pairs"}
    assert found["vocabulary"] == pytest.approx(found["vocabulary_all"])


# ---------------------------------------------------------------------- closed forms


def test_the_entropy_rate_of_independent_words_is_their_entropy() -> None:
    rng = np.random.default_rng(5)
    there = made(1, order=1)
    words = rng.choice([2, 3, 4, 5], p=[0.4, 0.3, 0.2, 0.1], size=(4000, 32))
    teach(there, 0, words)
    counts = np.unique(words, return_counts=True)[1] / words.size
    found = read(there)
    assert found["entropy_rate"] == pytest.approx(-(counts @ np.log(counts)), abs=0.03)
    held = view(there).domain.held_out[:500]
    met = cross_entropy(np.full(held.shape, np.exp(-3.0)), held)
    assert met == pytest.approx(3)


def test_a_word_held_impossible_costs_as_much_as_the_floor_says() -> None:
    there = made(1, order=1)
    teach(there, 0, np.full((5, 32), 12_000, dtype=np.int32))
    domain: Any = there.domains["d"]
    most = np.log(domain.tokens / FLOOR)
    assert most - 0.2 < read(there)["cross_entropy"] <= most


def test_distinct_n_counts_different_ngrams_and_stops_at_the_end_of_a_document() -> None:
    documents = np.array([[2, 3, 2, 3, 0], [2, 3, 4, 0, 0]])
    assert distinct(documents, 1, first=7) == 3 / 7
    assert distinct(documents, 2, first=5) == 3 / 5
    assert np.isnan(distinct(documents, 2, first=6))
    assert len(ngrams(documents, 3)) == 3
    assert len(ngrams(documents[:, :2], 3)) == 0


def test_documents_dealt_round_are_alike_in_every_hand_and_others_are_not() -> None:
    texts = np.repeat(np.array([5, 6, 7]), 12 * 4).reshape(3, 12, 4)
    for n in (1, 2):
        assert divergences(texts, n) == pytest.approx((np.log(3), 0), abs=1e-12)


def test_rare_words_make_a_tenth_of_human_writing() -> None:
    there = view(made(1))
    counts = there.domain.counts
    found = there.domain.rare
    assert counts[found].sum() <= RARE * counts.sum() < counts[found].sum() + counts.max()
    others = np.setdiff1d(np.flatnonzero(counts), found)
    assert counts[found].max() <= counts[others].min()


def test_self_similarity_is_the_mean_cosine_that_scikit_learn_gives() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    there = made()
    some = human(there)[::40][:200]
    texts = [" ".join(f"w{t}" for t in row[row != END]) for row in some]
    every = [" ".join(f"w{t}" for t in row[row != END]) for row in human(there)]
    vectors = TfidfVectorizer(token_pattern=r"\S+").fit(every).transform(texts)
    cosines = (vectors @ vectors.T).toarray()
    pairs = ~np.eye(len(texts), dtype=bool)
    found = similarity(some, view(there).word_weights)
    assert found == pytest.approx(cosines[pairs].mean(), rel=1e-9)


def test_documents_without_a_common_word_have_no_self_similarity() -> None:
    documents = np.array([[2, 3, END], [4, 4, 5], [6, END, END]], dtype=np.int32)
    assert similarity(documents, np.ones(9)) == pytest.approx(0, abs=1e-12)
    assert np.isnan(similarity(documents[:1], np.ones(9)))
    assert similarity(documents[[1, 1]], np.ones(9)) == pytest.approx(1)
