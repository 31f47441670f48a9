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
from sklearn.linear_model import LinearRegression
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from ecosystem.ecosystem import Ecosystem
from scenarios.published.language import texts
from scenarios.published.regression import UNIT as FIRST
from scenarios.published.regression import WIDTH as NUMBERS
from scenarios.published.regression import T, replaced
from scenarios.replicated import DOMAIN, Floats, lineages, watch
from scenarios.replicated_numbers import closed, fits, points
from tests.theory.verdict import SEEDS

pytestmark = pytest.mark.theory
LEVEL, COMPARISONS = 0.0027, 20
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


# ------------------------------------------------------------------ points of one number

LINEAGES = 120


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mixture_learner_goes_as_scikit_learns_mixture(seed: int) -> None:
    generations, n = 4, 40
    given = lineages(
        seed,
        generations - 1,
        LINEAGES,
        n,
        points(),
        learner={"kind": "mixture", "components": 2},
        start={"kind": "fitted", "documents": n},
    )

    def read(world: Ecosystem) -> tuple[Floats, Floats]:
        heavier = [model.learners[DOMAIN].parts().weights.max() for model in world.models()]
        return fits()(world)[1], np.array(heavier)

    seen = watch(given, (0, generations - 1), read)
    rng, plain = np.random.default_rng(seed), []
    for _ in range(LINEAGES):
        x = rng.normal(size=(n, 1))
        for _ in range(generations):
            state = np.random.RandomState(int(rng.integers(2**31)))
            model = GaussianMixture(2, covariance_type="diag", random_state=state).fit(x)
            x, _ = model.sample(n)
        w, m, v = model.weights_, model.means_[:, 0], model.covariances_[:, 0]
        plain.append((w @ (v + m**2) - (w @ m) ** 2, w.max()))
    variance, heavier = np.array(plain).T
    same("variance of a mixture", seen[generations - 1][0], variance)
    same("weight of its heavier part", seen[generations - 1][1], heavier)
    different(seen[0][0], variance)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kernel_learner_widens_as_scikit_learns_does(seed: int) -> None:
    generations, n = 5, 100
    setting = {"learner": {"kind": "kernel"}, "start": {"kind": "fitted", "documents": n}}
    last = generations - 1
    ours = closed(seed, [last], LINEAGES, n, numbers=1, **setting)[last][1]
    rng = np.random.default_rng(seed)

    def lineage(blur: float) -> float:
        x = rng.normal(size=(n, 1))
        for _ in range(generations):
            spread, width = float(x.var()), blur * n ** (-1 / 5) * float(x.std())
            model = KernelDensity(bandwidth=width).fit(x)
            x = model.sample(n, random_state=int(rng.integers(2**31)))
        return spread + width**2

    same("variance of a kernel density", ours, np.array([lineage(1) for _ in range(LINEAGES)]))
    different(ours, np.array([lineage(0.5) for _ in range(LINEAGES)]))


# ------------------------------------------------------------------ numbers that answer numbers


@pytest.mark.parametrize("seed", SEEDS)
def test_a_regressor_errs_as_scikit_learns_linear_regression(seed: int) -> None:
    generations = 5
    ours = replaced(seed, [generations], LINEAGES)[generations] * FIRST
    rng, truth = np.random.default_rng(seed), np.ones(NUMBERS)

    def lineage(keep: bool) -> float:
        beta, x, y = truth, np.empty((0, NUMBERS)), np.empty(0)
        for _ in range(generations):
            asked = rng.normal(size=(T, NUMBERS))
            answered = asked @ beta + rng.normal(size=T)
            x = np.vstack([x, asked]) if keep else asked
            y = np.append(y, answered) if keep else answered
            beta = LinearRegression(fit_intercept=False).fit(x, y).coef_
        return float(((beta - truth) ** 2).sum())

    same("error of coefficients", ours, np.array([lineage(False) for _ in range(LINEAGES)]))
    different(ours, np.array([lineage(True) for _ in range(LINEAGES)]))
