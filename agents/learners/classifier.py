"""The classifier: learns from worked exercises, and works out those it read in its own way."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from agents import estimators
from agents.decoding import tempered
from agents.estimators import Always, Task
from agents.learners.examples import ExampleLearner, ExampleOptions
from agents.worked_examples import WorkedExamples
from ecosystem.domains.domain import Ints
from ecosystem.domains.exercises import Exercises
from ecosystem.parameter import CONVENTION, about
from ecosystem.sampling import Floats, nucleus


class ClassifierOptions(ExampleOptions):
    """Options of `Classifier`."""

    task: ClassVar[Task] = "classifier"

    kind: Literal["classifier"] = "classifier"
    estimator: str = Field(
        default="DecisionTreeClassifier",
        description="a scikit-learn class, of those listed in agents/estimators.py",
        json_schema_extra=about("none", "Pedregosa et al. 2011 (scikit-learn)"),
    )
    answers: Literal["likeliest", "sampled"] = Field(
        default="likeliest",
        description="likeliest: the answer it holds likeliest; sampled: any, as likely as it "
        "holds it, after claim temperature and claim top-p",
        json_schema_extra=about("none", CONVENTION),
    )


class Classifier(ExampleLearner):
    """Fits one scikit-learn classifier to each family of exercises.

    It writes problems drawn from those it read, all it knows of what people ask, with its own
    answers. Decoding: topic temperature and top-p act on what it takes for one kind of
    exercise, a family together with the answer that it gives, p ~ p^(1/T) over these kinds;
    within a kind it writes as it read. Claim temperature and claim top-p act on its answers
    where these are sampled; its likeliest answer does not depend on them. A family it has
    never read, it does not answer; one that its estimator cannot be fitted to (too few
    examples, one answer only) it answers with the commonest.
    """

    kind: ClassVar[str] = "classifier"
    Options = ClassifierOptions
    learns: ClassVar[tuple[str, ...]] = ("exercises",)
    from_truth: ClassVar[bool] = False

    domain: Exercises

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self._models: dict[int, Any] = {}
        self._own: list[tuple[int, Ints, Floats]] = []

    def try_out(self) -> None:
        if not self.options.parameters:
            return
        test = self.domain.reference()
        for family, mine, x in self._families(test):
            estimators.try_out(
                "classifier",
                self.options.estimator,
                self.options.parameters,
                x,
                test[mine, -1],
                f"exercises on {self.domain.groups[family]}",
            )

    def study(self, seed: int) -> None:
        """Fit a classifier to each family that it read."""
        self._models = {}
        rng = np.random.RandomState(seed)
        self._own = self._families(self.rows)
        with estimators.quickly():
            for family, mine, x in self._own:
                y, options = self.rows[mine, -1], self.options
                if np.ptp(y) == 0:
                    self._models[family] = Always(y[0])
                    continue
                model = estimators.make("classifier", options.estimator, options.parameters, rng)
                self._models[family] = estimators.learnt(model, x, y, self.weights[mine], rng)

    def speak(self) -> WorkedExamples:
        """Its worked examples: every problem it read, with its answers."""
        if self.options.answers == "likeliest":
            rows, weights = self.rows.copy(), self.weights.copy()
            rows[:, -1] = self._answered(len(rows), self._own)
        else:
            rows, weights = self._sampled()
        decoding = self.decoding
        if decoding.temperature != 1 or decoding.top_p < 1:
            weights = weights * self._favoured(rows, weights)
            rows, weights = rows[weights > 0], weights[weights > 0]
        return WorkedExamples(self.domain, rows, weights)

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> WorkedExamples:
        """A voice from its state."""
        return WorkedExamples.of(self.domain, state)

    def answers(self, rows: Floats) -> Floats:
        """(n,) the answer it holds likeliest for each problem; -1 where it has none."""
        return self._answered(len(rows), self._families(rows))

    def _answered(self, n: int, families: list[tuple[int, Ints, Floats]]) -> Floats:
        found = np.full(n, -1.0)
        with estimators.quickly():
            for family, mine, x in families:
                if family in self._models:
                    found[mine] = estimators.predict(self._models[family], x)
        return found

    def densities(self, rows: Floats) -> Floats:
        found = np.full(len(rows), -np.inf)
        for mine, answers, chances in self._believed(self._families(rows)):
            given = (rows[mine, -1][:, None] == answers) * chances
            with np.errstate(divide="ignore"):
                found[mine] = np.log(given.sum(axis=1))
        return found

    # ------------------------------------------------------------------ how

    def _families(self, rows: Floats) -> list[tuple[int, Ints, Floats]]:
        """Each family there is among the rows, where, and what a solver looks at there."""
        found = []
        for family in range(len(self.domain.families)):
            mine = np.flatnonzero(rows[:, 0] == family)
            if mine.size:
                found.append((family, mine, self.domain.look(family, rows[mine])))
        return found

    def _believed(
        self, families: list[tuple[int, Ints, Floats]]
    ) -> list[tuple[Ints, Floats, Floats]]:
        """Of each family: where it is among the rows, answers (a,), chance of each (n, a)."""
        with estimators.quickly():
            return [
                (mine, model.classes_, model.predict_proba(x))
                for family, mine, x in families
                if (model := self._models.get(family)) is not None
            ]

    def _sampled(self) -> tuple[Floats, Floats]:
        """Every problem with each answer that it gives, and how often it gives it."""
        rows, weights = [], []
        for mine, answers, chances in self._believed(self._own):
            decoded = tempered(chances, np.full(len(chances), self.decoding.claim_temperature))
            decoded = nucleus(decoded, self.decoding.claim_top_p)
            decoded = decoded / decoded.sum(axis=1, keepdims=True)
            of, answer = np.nonzero(decoded)
            said = self.rows[mine][of]
            said[:, -1] = answers[answer]
            rows.append(said)
            weights.append(decoded[of, answer] * self.weights[mine][of])
        return np.concatenate(rows), np.concatenate(weights)

    def _favoured(self, rows: Floats, weights: Floats) -> Floats:
        """(n,) by how much each example is written more or less, by its kind."""
        _, place = np.unique(rows[:, [0, -1]], axis=0, return_inverse=True)
        share = np.asarray(np.bincount(place, weights=weights / weights.sum()), dtype=np.float64)
        wanted = tempered(share[None], np.array([self.decoding.temperature]))[0]
        wanted = nucleus(wanted, self.decoding.top_p)
        factor: Floats = wanted / wanted.sum() / share
        return factor[place]
