"""Where a learner's belief in a claim is from: made up, read and kept, by hand."""

from typing import Any

import numpy as np
import pytest

from agents.decoding import Decoding
from agents.learners.frequencies import Frequencies, FrequenciesOptions
from ecosystem.corpus import Counts
from ecosystem.domains.encyclopedia import Encyclopedia, EncyclopediaSpec
from ecosystem.sampling import Floats

DOMAIN = Encyclopedia("d", EncyclopediaSpec(weights=[1, 1], wrong_values=2))
CLAIMS = np.array([0, 0, 1, 1]), np.array([1, 2, 1, 2])
READ = np.array([[4.0, 4.0, 0.0], [0.0, 0.0, 0.0]])
"""Of item 1 four documents are right and four wrong; of item 2 there is none."""


def sources(read: Floats = READ, former: Floats | None = None, **options: Any) -> Floats:
    """(3, claims) of a learner that was asked, after one fit."""
    learner = Frequencies(DOMAIN, FrequenciesOptions(**options), Decoding())
    if former is not None:
        learner.begin(former)
    learner.asked = CLAIMS
    learner.fit(Counts(read), np.random.default_rng(3))
    assert learner.sources is not None
    np.testing.assert_allclose(learner.sources.sum(axis=0), learner.beliefs[CLAIMS], atol=1e-15)
    return learner.sources


def test_what_was_read_is_its_share_without_the_doubt() -> None:
    made, read, kept = sources(hallucination="constant", floor=0.2)
    assert read.tolist() == pytest.approx([0.8 * 0.5, 0, 0, 0])
    assert sorted(made[:2]) == pytest.approx([0, 0.2])  # one guess an item
    assert sorted(made[2:]) == pytest.approx([0, 1])  # an item never seen is guessed wholly
    assert not kept.any()


def test_what_was_kept_counts_by_its_share_of_the_documents_on_the_item() -> None:
    """Half of each self: of the former a quarter on item 1, of the new all of it."""
    former = np.array([[0.0, 0.0, 0.25], [0.0, 0.75, 0.0]])
    made, read, kept = sources(former=former, hallucination="off", inertia=0.5)
    assert read.tolist() == pytest.approx([0.5 * 0.8, 0, 0, 0])
    assert kept.tolist() == pytest.approx([0, 0.2, 1, 0])
    assert not made.any()


def test_a_model_that_reads_nothing_it_perceives_keeps_all() -> None:
    former = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.5]])
    made, read, kept = sources(former=former, vocabulary="closed", hallucination="evidence")
    assert kept.tolist() == pytest.approx([0, 0, 0, 0.5])
    assert not made.any() and not read.any()


def test_where_nothing_is_invented_what_is_not_seen_is_kept() -> None:
    former = np.array([[1.0, 0.0, 0.0], [0.25, 0.75, 0.0]])
    _, read, kept = sources(former=former, hallucination="never", estimator="additive")
    assert read.tolist() == pytest.approx([0.5, 0, 0, 0])
    assert kept.tolist() == pytest.approx([0, 0, 0.75, 0])


def test_a_learner_that_is_not_asked_says_nothing() -> None:
    learner = Frequencies(DOMAIN, FrequenciesOptions(), Decoding())
    learner.fit(Counts(READ), np.random.default_rng(3))
    assert learner.sources is None
