"""The same cases once more in plain scikit-learn, scipy and numpy, compared in distribution.

Nothing of the project's engine, learners or samplers is used on the plain side. Each case is run
as many independent lineages on both sides, and a statistic of the last generation compared by the
two-sample Kolmogorov-Smirnov test; the level .0027 is shared by all comparisons of this file.
"""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import ks_2samp
from sklearn.feature_extraction.text import CountVectorizer

from scenarios.published.language import texts
from scenarios.replicated import Floats, watch
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory
LEVEL, COMPARISONS = 0.0027, 6
Tokens = list[list[int]]


def same(what: str, ours: Floats, plain: Floats) -> None:
    """The two samples are of one distribution."""
    found = ks_2samp(ours, plain)
    print(
        f"{what}: {np.size(ours)} and {np.size(plain)} lineages, means {np.mean(ours):.5g} and "
        f"{np.mean(plain):.5g}, D = {found.statistic:.3f}, p = {found.pvalue:.3f}"
    )
    assert found.pvalue > LEVEL / COMPARISONS, what


def different(ours: Floats, plain: Floats) -> None:
    """The comparison would have seen it: these two samples are of two distributions."""
    assert ks_2samp(ours, plain).pvalue < LEVEL / COMPARISONS


# ------------------------------------------------------------------ words that follow words

END, WIDTH = 0, 32


def sentences(rows: Floats) -> Tokens:
    """Documents up to their end."""
    return [[int(t) for t in row[: (row == END).argmax() if END in row else WIDTH]] for row in rows]


def pairs(document: list[int]) -> list[str]:
    """Every word with the one before it, the beginning and the end included."""
    ends = [END] if len(document) < WIDTH else []
    return [f"{a}>{b}" for a, b in zip([END, *document], [*document, *ends], strict=False)]


def bigram(documents: Tokens, n: int, rng: np.random.Generator) -> Tokens:
    """N documents by a bigram model of others: maximum likelihood, by CountVectorizer."""
    vectorizer = CountVectorizer(analyzer=pairs)
    counts = np.asarray(vectorizer.fit_transform(documents).sum(axis=0)).ravel()
    ends = np.array([name.split(">") for name in vectorizer.get_feature_names_out()], dtype=int)
    size = int(ends.max()) + 1
    follows = csr_array((counts, (ends[:, 0], ends[:, 1])), shape=(size, size))
    every, found = np.asarray(follows.sum(axis=0)).ravel(), []
    for _ in range(n):
        document: list[int] = []
        while len(document) < WIDTH:
            before = document[-1] if document else END
            span = slice(follows.indptr[before], follows.indptr[before + 1])
            words, chances = follows.indices[span], follows.data[span].astype(float)
            if not words.size:  # only ever cut off after this one: any word, as often as it is met
                words, chances = np.arange(size), every.astype(float)
            word = int(rng.choice(words, p=chances / chances.sum()))
            if word == END:
                break
            document.append(word)
        found.append(document)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_an_ngram_learner_loses_words_as_a_plain_bigram_does(seed: int) -> None:
    lineages, generations, n = 40, 3, 400
    given = texts(seed, lineages, "latest", steps=generations, meters=[])
    seen = watch(
        given,
        (0, generations),
        lambda world: [sentences(m.training["plays"].rows) for m in world.models()],
    )
    ours = seen[generations]
    rng, plain = np.random.default_rng(seed), []
    for documents in seen[0]:  # both begin with the same human documents
        for _ in range(generations):
            written = bigram(documents, n, rng)
            documents = [written[i] for i in rng.integers(n, size=n)]
        plain.append(documents)

    def words(documents: Tokens) -> int:
        return len({word for document in documents for word in document})

    def length(documents: Tokens) -> float:
        return float(np.mean([len(document) for document in documents]))

    same("different words", np.array([*map(words, ours)]), np.array([*map(words, plain)]))
    same("words a document", np.array([*map(length, ours)]), np.array([*map(length, plain)]))
    different(np.array([*map(words, ours)]), np.array([*map(words, seen[0])]))
