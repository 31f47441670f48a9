"""The regressor: learns numbers from worked problems; linear regression is the toy with theory."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from agents import estimators
from agents.estimators import Parameters, Task
from agents.learners.examples import ExampleLearner, ExampleOptions
from agents.worked_problems import Asks, WorkedProblems
from ecosystem.domains.regression import Regression
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats

Sd = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class RegressorOptions(ExampleOptions):
    """Options of `Regressor`."""

    task: ClassVar[Task] = "regressor"

    kind: Literal["regressor"] = "regressor"
    estimator: str = Field(
        default="LinearRegression",
        description="a scikit-learn class, of those listed in agents/estimators.py",
        json_schema_extra=about("none", "Pedregosa et al. 2011 (scikit-learn); law A-21"),
    )
    parameters: Parameters = Field(
        default={"fit_intercept": False},
        description="its parameters by name, all but random_state, n_jobs, verbose, warm_start; "
        "where an estimator is named and no parameters, scikit-learn's own",
        json_schema_extra=about("none", FREE),
    )
    noise: Sd | Literal["residual"] = Field(
        default="residual",
        description="standard deviation of its answers around what it learnt: a number, or that "
        "of its residuals (squares over documents less numbers in a problem)",
        json_schema_extra=about("units of the answer", "law A-21"),
    )
    asks: Asks = Field(
        default="fresh",
        description="problems that it writes: fresh standard normal ones; read: drawn from those "
        "it read; again: those it read, each as often as any other",
        json_schema_extra=about("none", "laws A-21 (fresh), A-22 (fresh or again)"),
    )

    @model_validator(mode="before")
    @classmethod
    def _of_its_class(cls, given: Any) -> Any:
        if isinstance(given, dict) and "estimator" in given and "parameters" not in given:
            return {**given, "parameters": {}}
        return given


class Regressor(ExampleLearner):
    """Fits one scikit-learn regressor: by default least squares without an intercept.

    It writes problems by `asks`, with the answer it predicts plus normal noise. Temperature T
    multiplies the variance of that noise; top-p and the decoding of claims do nothing here.

    Attributes:
        noise: standard deviation of its answers around what it learnt, before decoding.
    """

    kind: ClassVar[str] = "regressor"
    Options = RegressorOptions
    learns: ClassVar[tuple[str, ...]] = ("regression",)
    from_truth: ClassVar[bool] = False

    domain: Regression

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self._model: Any = None
        self.noise = 0.0

    def try_out(self) -> None:
        if self.options.parameters:
            rows = self.domain.reference()[:200]
            x, y = rows[:, :-1], rows[:, -1]
            of = f"problems of {x.shape[1]} numbers"
            estimators.try_out(
                "regressor", self.options.estimator, self.options.parameters, x, y, of
            )

    def study(self, seed: int) -> None:
        """Fit the regressor, and find the noise of its answers."""
        options = self.options
        rng = np.random.RandomState(seed)
        model = estimators.make("regressor", options.estimator, options.parameters, rng)
        x, y, weights = self.rows[:, :-1], self.rows[:, -1], self.weights
        with estimators.quickly():
            self._model = estimators.learnt(model, x, y, weights, rng)
            if isinstance(options.noise, str):
                shares = weights / weights.sum()
                apart = y - estimators.predict(self._model, x)
                size = 1 / float(shares @ shares)  # fewer count where some weigh more
                free = max(1.0, size - x.shape[1]) / size
                self.noise = float(np.sqrt(shares @ (apart * apart) / free))
            else:
                self.noise = float(options.noise)

    def speak(self) -> WorkedProblems:
        """What it writes from now on."""
        noise = self.noise * float(np.sqrt(self.decoding.temperature))
        return WorkedProblems(self._model, noise, self.options.asks, self.state())

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> WorkedProblems:
        """A voice from its state."""
        former = type(self)(self.domain, self.options, self.decoding)
        former.load(state)
        return former.speak()

    def answers(self, rows: Floats) -> Floats:
        """(n,) its answer to each problem, without noise."""
        with estimators.quickly():
            return estimators.predict(self._model, rows[:, :-1])

    def coefficients(self) -> Floats | None:
        """(dimensions + 1,) its coefficients and intercept; None where it is not linear."""
        found = getattr(self._model, "coef_", None)
        return None if found is None else np.append(found, self._model.intercept_)

    def densities(self, rows: Floats) -> Floats:
        apart = rows[:, -1] - self.answers(rows)
        if self.noise == 0:
            return np.full(len(rows), -np.inf)
        density = -((apart / self.noise) ** 2) / 2 - np.log(self.noise) - np.log(2 * np.pi) / 2
        return np.asarray(density)
