"""Documents drawn from a corpus that is held document by document."""

import numpy as np

from ecosystem.corpus import Rows


def test_distinct_documents_are_distinct_and_keep_their_weights() -> None:
    rows = np.arange(40.0)[:, None]
    corpus, rng = Rows(rows, weights=1 + rows[:, 0]), np.random.default_rng(1)
    drawn = corpus.draw(30, rng, replace=False)
    assert np.unique(drawn.rows).size == 30
    np.testing.assert_array_equal(drawn.weights, 1 + drawn.rows[:, 0])
    assert corpus.draw(100, rng, replace=False).size == 40  # all there are
    again = corpus.draw(30, rng)
    assert np.unique(again.rows).size < 30


def test_every_document_is_as_likely_to_be_drawn() -> None:
    corpus, rng = Rows(np.arange(10)[:, None]), np.random.default_rng(2)
    for replace in (True, False):
        seen = np.concatenate([corpus.draw(4, rng, replace).rows[:, 0] for _ in range(2000)])
        counts = np.bincount(seen, minlength=10)
        assert np.abs(counts - 800).max() < 5 * np.sqrt(800)
