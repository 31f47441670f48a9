"""What the classifier writes: problems it read, its own answers, decoded by kinds of exercise."""

from typing import Any

import numpy as np
import pytest

from agents import estimators
from agents.decoding import Decoding
from agents.learners.classifier import Classifier, ClassifierOptions
from ecosystem.corpus import Rows
from ecosystem.domains.exercises import Exercises, ExercisesSpec
from ecosystem.sampling import Floats
from scenarios.scenario import Scenario
from tests.contract.example_contract import written
from tests.theory.verdict import holds


@pytest.fixture
def field() -> Exercises:
    return Exercises("field", ExercisesSpec())


def learner(
    field: Exercises, options: dict[str, Any] | None = None, decoding: Decoding | None = None
) -> Classifier:
    made = ClassifierOptions.model_validate({"kind": "classifier", **(options or {})})
    return Classifier(field, made, decoding or Decoding())


def fitted(field: Exercises, rows: Rows, *settings: Any) -> Classifier:
    found = learner(field, *settings)
    found.fit(rows, np.random.default_rng(1))
    return found


def kinds(rows: Floats, weights: Floats) -> dict[tuple[float, float], float]:
    """Share of each family with each answer."""
    found: dict[tuple[float, float], float] = {}
    for row, weight in zip(rows, weights / weights.sum(), strict=True):
        key = float(row[0]), float(row[-1])
        found[key] = found.get(key, 0.0) + float(weight)
    return found


def test_a_tree_that_read_enough_without_errors_knows_every_rule(field: Exercises) -> None:
    model = fitted(field, written(field, 40_000))
    test = field.reference()
    assert (model.answers(test) == test[:, -1]).mean() > 0.99


def test_it_writes_only_problems_that_it_read_as_often_as_it_read_them(field: Exercises) -> None:
    corpus = written(field, 60)
    model = fitted(field, corpus)
    asked, counts = np.unique(corpus.rows[:, :-1], axis=0, return_counts=True)
    rows = model.write(60_000, np.random.default_rng(2)).rows
    found, often = np.unique(rows[:, :-1], axis=0, return_counts=True)
    np.testing.assert_array_equal(found, asked)
    share = counts / 60
    assert (np.abs(often / 60_000 - share) < 5 * np.sqrt(share / 60_000)).all()


@pytest.mark.parametrize("answers", ["likeliest", "sampled"])
def test_problems_that_it_read_are_asked_by_their_weights(field: Exercises, answers: str) -> None:
    rows = np.unique(written(field, 40).rows[:, :-1], axis=0)[:3]
    corpus = Rows(np.column_stack([rows, np.ones(3)]), np.array([1.0, 2, 5]))
    model = fitted(field, corpus, {"answers": answers})
    asked = model.write(20_000, np.random.default_rng(2)).rows[:, :-1]
    family = {
        f"problem {i}": ((asked == row).all(axis=1) * 1.0, weight / 8)
        for i, (row, weight) in enumerate(zip(rows, (1, 2, 5), strict=True))
    }
    holds("asked by weight", 2, family)


def test_its_answers_are_its_own_not_those_it_read(field: Exercises) -> None:
    corpus = written(field, 2000, error=0.1)
    wrong = 1 - field.execute(corpus.rows).mean()
    stump = fitted(field, corpus, {"parameters": {"min_samples_leaf": 20}})
    cells = stump.voice().cells
    common = cells[~field.edge].sum(axis=0)
    edge = cells[field.edge].sum(axis=0)
    assert wrong > 0.08
    assert common[1] / common.sum() < 0.05 < edge[1] / edge.sum()


def test_temperature_makes_common_kinds_commoner(field: Exercises) -> None:
    corpus = written(field, 2000)
    plain = fitted(field, corpus).voice()
    before = kinds(plain.rows, plain.weights)
    sharp = fitted(field, corpus, None, Decoding(temperature=0.5)).voice()
    after = kinds(sharp.rows, sharp.weights)
    total = sum(share**2 for share in before.values())
    assert after == pytest.approx({kind: share**2 / total for kind, share in before.items()})
    cut = fitted(field, corpus, None, Decoding(top_p=0.6)).voice()
    left = kinds(cut.rows, cut.weights)
    ranked = sorted(before.values(), reverse=True)
    assert len(left) == int(np.searchsorted(np.cumsum(ranked), 0.6)) + 1
    assert min(before[kind] for kind in left) >= max(before[k] for k in before if k not in left)


def test_sampled_answers_are_as_likely_as_it_holds_them(field: Exercises) -> None:
    corpus = written(field, 2000, error=0.2)
    options = {"answers": "sampled", "parameters": {"max_depth": 1}}
    shares = [
        float(
            fitted(field, corpus, options, Decoding(claim_temperature=t)).voice().cells[:, 1].sum()
        )
        for t in (5.0, 1.0, 0.05)
    ]
    likeliest = fitted(field, corpus, {"parameters": {"max_depth": 1}}).voice().cells[:, 1].sum()
    assert shares[0] > shares[1] > shares[2]
    assert shares[2] == pytest.approx(likeliest, abs=0.01)


def test_a_family_it_never_read_it_does_not_answer(field: Exercises) -> None:
    corpus = written(field, 500)
    model = fitted(field, Rows(corpus.rows[corpus.rows[:, 0] != 4]))
    test = field.reference()
    assert (model.answers(test[test[:, 0] == 4]) == -1).all()
    assert (model.answers(test[test[:, 0] != 4]) >= 0).all()
    assert model.score(corpus) == -np.inf


def test_what_it_writes_is_tallied_exactly(field: Exercises) -> None:
    voice = fitted(field, written(field, 800, error=0.1), None, Decoding(temperature=0.8)).voice()
    n = 200_000
    rows = voice.write(n, np.random.default_rng(3)).rows
    found = field.tally(rows, np.full(n, 1 / n))
    assert voice.cells.sum() == pytest.approx(1)
    assert (np.abs(found - voice.cells) <= 5 * np.sqrt(voice.cells / n)).all()


# ---------------------------------------------------------------------- estimators


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_every_estimator_on_the_list_can_be_made_and_is_what_it_is_listed_as(task: Any) -> None:
    from sklearn.base import is_classifier, is_regressor

    is_listed = is_classifier if task == "classifier" else is_regressor
    for name in estimators.ALLOWED[task]:
        model = estimators.make(task, name, {}, np.random.RandomState(1))
        assert is_listed(model), name
        assert task == "regressor" or hasattr(model, "predict_proba"), name


def test_a_script_can_let_scenarios_name_one_more(
    field: Exercises, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {task: dict(names) for task, names in estimators.ALLOWED.items()}
    monkeypatch.setattr(estimators, "ALLOWED", listed)
    with pytest.raises(ValueError, match="'BernoulliNB'"):
        learner(field, {"estimator": "BernoulliNB"})
    assert estimators.allow("sklearn.naive_bayes.BernoulliNB") == "BernoulliNB"
    fitted(field, written(field, 100), {"estimator": "BernoulliNB"})
    for path in ("os.system", "sklearn.svm.NoSuchThing", "sklearn.cluster.KMeans", "nowhere.At"):
        with pytest.raises(ValueError, match="estimator: given"):
            estimators.allow(path)
    for path in ("sklearn.svm.LinearSVC",):  # knows no probabilities
        with pytest.raises(ValueError, match="predict_proba"):
            estimators.allow(path)


def test_the_order_of_the_training_set_says_nothing(field: Exercises) -> None:
    """Neighbours at the same distance are taken by position: that must not favour the right ones.

    Half of all documents are wrong, and the right ones stand first, then the wrong ones.
    """
    options = {"estimator": "KNeighborsClassifier", "parameters": {"n_neighbors": 5}}
    found = []
    for replicate in range(20):
        rng = np.random.default_rng(replicate)
        right = written(field, 300, replicate).rows
        wrong = np.concatenate([field.human(2 * item + 1, 10, rng) for item in range(20)])
        places = rng.permutation(len(right) + len(wrong))
        ends = np.concatenate([right, wrong]), np.concatenate([wrong, right])
        test = field.reference()
        answered = []
        for rows in (*ends, ends[0][places]):
            model = learner(field, options)
            model.fit(Rows(rows), np.random.default_rng(100 + replicate))
            answered.append((model.answers(test) == test[:, -1]).mean())
        found.append(answered)
    first, last, mixed = np.array(found).T
    holds(
        "right first, wrong first", 100, {"right": (first - mixed, 0), "wrong": (last - mixed, 0)}
    )


@pytest.mark.parametrize(
    ("estimator", "parameters"),
    [
        ("LogisticRegression", {"l1_ratio": 1.0}),
        ("DecisionTreeClassifier", {"monotonic_cst": [1]}),
        ("RandomForestClassifier", {"oob_score": True, "bootstrap": False}),
        ("LinearDiscriminantAnalysis", {"n_components": 3}),
        ("LinearDiscriminantAnalysis", {"shrinkage": 0.5}),
    ],
)
def test_parameters_that_only_prove_wrong_in_a_fit_are_refused_before_the_run(
    estimator: str, parameters: dict[str, Any]
) -> None:
    options = {"kind": "classifier", "estimator": estimator, "parameters": parameters}
    given = Scenario.load("edge_cases").with_({"models.*.learner": options})
    with pytest.raises(ValueError, match=rf"^models\.model-1\.learner: given {estimator} with"):
        given.run()


def test_inertia_that_asks_for_more_than_can_be_written_is_refused(field: Exercises) -> None:
    with pytest.raises(ValueError, match=r"inertia: given 0\.9999, .* allowed 0 to 0\.99, or 1"):
        learner(field, {"inertia": 0.9999})
    learner(field, {"inertia": 1})
