"""Which scikit-learn estimators learners may use: a list of names, and how one is made.

A scenario names an estimator by its class; only those on the list can be meant, so that no
scenario file imports code. A Python script can add to the list with `allow`.
"""

import importlib
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from ecosystem.discovery import nearest
from ecosystem.sampling import Floats

Task = Literal["classifier", "regressor"]


def _plain(given: Any) -> Any:
    each = given if isinstance(given, list | tuple) else [given]
    kinds = (int, float) if isinstance(given, list | tuple) else (int, float, str)
    if not all(isinstance(one, kinds) and one == one for one in each):
        raise ValueError(
            f"given {repr(given)[:60]}, allowed a number, a word, true or false, or a list of "
            "numbers"
        )
    return given


Value = Annotated[bool | int | float | str | list[int], BeforeValidator(_plain)]
Parameters = dict[str, Value]

ALLOWED: dict[Task, dict[str, str]] = {
    "classifier": {
        "DecisionTreeClassifier": "sklearn.tree",
        "ExtraTreeClassifier": "sklearn.tree",
        "RandomForestClassifier": "sklearn.ensemble",
        "ExtraTreesClassifier": "sklearn.ensemble",
        "GradientBoostingClassifier": "sklearn.ensemble",
        "HistGradientBoostingClassifier": "sklearn.ensemble",
        "KNeighborsClassifier": "sklearn.neighbors",
        "LogisticRegression": "sklearn.linear_model",
        "GaussianNB": "sklearn.naive_bayes",
        "LinearDiscriminantAnalysis": "sklearn.discriminant_analysis",
        "MLPClassifier": "sklearn.neural_network",
    },
    "regressor": {
        "LinearRegression": "sklearn.linear_model",
        "Ridge": "sklearn.linear_model",
        "Lasso": "sklearn.linear_model",
        "BayesianRidge": "sklearn.linear_model",
        "HuberRegressor": "sklearn.linear_model",
        "DecisionTreeRegressor": "sklearn.tree",
        "RandomForestRegressor": "sklearn.ensemble",
        "GradientBoostingRegressor": "sklearn.ensemble",
        "KNeighborsRegressor": "sklearn.neighbors",
        "MLPRegressor": "sklearn.neural_network",
    },
}
"""Module of each class that a scenario may name, by what it does."""
TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor")
"""Single trees: so quick that scikit-learn's checks of what they are given cost as much."""
OURS = ("random_state", "n_jobs", "verbose", "warm_start")
"""Parameters that no scenario sets: they would break the rule of same seed, same bytes."""


def allow(path: str) -> str:
    """Let scenarios name one more scikit-learn estimator; for Python scripts only.

    Args:
        path: module and class, such as "sklearn.svm.SVC".

    Returns:
        The name by which a scenario can mean it from now on.

    Raises:
        ValueError: it is not there, or is neither a classifier that knows the probability of
            each answer (`predict_proba`) nor a regressor.
    """
    from sklearn.base import is_classifier, is_regressor

    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
        made = found()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"estimator: given {path!r}, which cannot be made ({error})") from error
    if is_classifier(made) and hasattr(found, "predict_proba"):
        ALLOWED["classifier"][name] = module
    elif is_regressor(made):
        ALLOWED["regressor"][name] = module
    else:
        raise ValueError(
            f"estimator: given {path!r}, allowed a classifier with predict_proba, or a regressor"
        )
    return name


def check(task: Task, name: str, parameters: Mapping[str, Value]) -> None:
    """Raise one sentence for what cannot be made.

    Raises:
        ValueError: a name that is not on the list; a parameter that the class does not have, or
            a value that scikit-learn refuses.
    """
    if name not in ALLOWED[task]:
        raise ValueError(
            f"estimator: given {name!r}, which is no {task} on the list of scikit-learn's that "
            f"may be used; {nearest(name, ALLOWED[task])}"
        )
    if not parameters:
        return
    found = make(task, name, {}, None)
    known = set(found.get_params()) - set(OURS)
    for key, value in parameters.items():
        if key in OURS:
            raise ValueError(
                f"parameters.{key}: given {value!r}, which no scenario sets, so that the same seed "
                "gives the same result; allowed without it"
            )
        if key not in known:
            raise ValueError(
                f"parameters.{key}: given to {name}, which has none of that name; "
                f"{nearest(key, known)}"
            )
    try:
        make(task, name, parameters, None)._validate_params()
    except ValueError as error:
        raise ValueError(f"parameters: {' '.join(str(error).split())}") from error


def try_out(
    task: Task, name: str, parameters: Mapping[str, Value], x: Floats, y: Floats, what: str
) -> None:
    """Fit an estimator to a sample that lacks nothing: some parameters only then prove wrong.

    Raises:
        ValueError: it cannot be fitted.
    """
    try:
        with quickly():
            model = make(task, name, parameters, np.random.RandomState(0))
            model.fit(x, y)
            model.predict(x)
    except Exception as error:  # scikit-learn says so in many ways
        said = " ".join(str(error).split())
        raise ValueError(
            f"learner: given {name} with {dict(parameters)}, which cannot be fitted to {what}: "
            f"{said}"
        ) from error


def make(task: Task, name: str, parameters: Mapping[str, Any], seed: Any) -> Any:
    """An estimator, not fitted; `seed` is given to those that draw."""
    found = getattr(importlib.import_module(ALLOWED[task][name]), name)(**parameters)
    if seed is not None and hasattr(found, "random_state"):
        found.random_state = seed
    return found


@contextmanager
def quickly() -> Iterator[None]:
    """Without scikit-learn's checks of what was checked before, and its advice on convergence."""
    from sklearn import config_context

    checked = config_context(assume_finite=True, skip_parameter_validation=True)
    with checked, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def fit(model: Any, x: Floats, y: Floats, weights: Floats | None) -> Any:
    """Fit an estimator; `weights` only where it can take them (`takes_weights`)."""
    if type(model).__name__ in TREES:
        return model.fit(_ready(x), y, sample_weight=weights, check_input=False)
    if weights is None:
        return model.fit(x, y)
    return model.fit(x, y, sample_weight=weights)


def predict(model: Any, x: Floats) -> Floats:
    """(n,) what a fitted estimator answers."""
    if type(model).__name__ in TREES:
        return np.asarray(model.predict(_ready(x), check_input=False), dtype=np.float64)
    return np.asarray(model.predict(x), dtype=np.float64)


def _ready(x: Floats) -> NDArray[np.float32]:
    """In the format of scikit-learn's trees, which then need not look at it again."""
    return np.ascontiguousarray(x, dtype=np.float32)


def learnt(model: Any, x: Floats, y: Floats, weights: Floats, rng: Any) -> Any:
    """An estimator fitted to what it can be fitted to; one that always gives one answer, else.

    That one gives the commonest answer of a classifier, the mean of a regressor. An estimator
    that takes no weights is fitted to as many documents, drawn by weight from `rng`: an
    approximation.
    """
    counts: Any = weights
    if np.ptp(weights) == 0:
        counts = None
    elif not takes_weights(model):
        drawn = rng.choice(y.size, size=y.size, p=weights / weights.sum())
        x, y, counts = x[drawn], y[drawn], None
    if getattr(model, "n_neighbors", 0) <= y.size:
        try:
            return fit(model, x, y, counts)
        except ValueError:  # too few examples: with enough of them it was tried out before
            pass
    if hasattr(type(model), "predict_proba"):
        answers, place = np.unique(y, return_inverse=True)
        return Always(answers[np.argmax(np.bincount(place, weights=counts))])
    return Always(np.average(y, weights=counts))


def takes_weights(model: Any) -> bool:
    """Whether an estimator can be told how much each document counts."""
    from sklearn.utils.validation import has_fit_parameter

    return bool(has_fit_parameter(model, "sample_weight"))


class Always:
    """Gives one answer: what is learnt where nothing else was ever read."""

    def __init__(self, answer: float) -> None:
        self.classes_ = np.array([answer])

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """(n,) the answer."""
        return np.repeat(self.classes_, len(x))

    def predict_proba(self, x: NDArray[Any]) -> Floats:
        """(n, 1) ones."""
        return np.ones((len(x), 1))
