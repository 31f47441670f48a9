"""What meters look at in a domain of rows: documents that models would write, and moments."""

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.view import DomainView
from ecosystem.domains.domain import RowsDomain
from ecosystem.ecosystem import Ecosystem
from ecosystem.row_stock import RowStock
from ecosystem.sampling import Cells, Floats

SAMPLE = 500
"""Documents that meters ask each model for."""


class RowView(DomainView):
    """A domain of rows.

    Asking a model for documents uses streams of its own, so that measuring changes nothing.
    """

    SIZE: ClassVar[int] = SAMPLE
    """Documents that meters ask each model for, and of humans and the web."""
    SHOWN: ClassVar[int] = 10
    """Documents that are kept to be looked at."""

    domain: RowsDomain
    stock: RowStock

    def shown(self) -> list[tuple[str, NDArray[Any]]]:
        """Documents to look at, by who wrote them: the models in turn, the web, once humans."""
        found = [("humans", self.human_sample)] if self.step == 0 else []
        known = [sample for sample in self.samples if len(sample)]
        if known:
            found.append(("models", np.stack(known, axis=1).reshape(-1, self.domain.width)))
        if len(self.web):
            found.append(("web", self.web))
        return found

    @property
    def none(self) -> NDArray[Any]:
        """(0, width) no documents."""
        return np.zeros((0, self.domain.width), dtype=self.domain.dtype)

    @cached_property
    def human_sample(self) -> NDArray[Any]:
        """(at most SIZE, width) human documents, the same every time."""
        order = np.random.Generator(np.random.Philox(1)).permutation(len(self.human))
        return self.human[order[: self.SIZE]]

    @cached_property
    def samples(self) -> list[NDArray[Any]]:
        """M times (SIZE, width) documents that each model would write; none from a blank one."""
        found = []
        for model in self.models:
            learner = model.learners[self.domain.name]
            rng = self.world.draws.stream("measure", self.step, model.name, self.domain.name)
            if learner.blank:
                found.append(self.none)
            else:
                found.append(learner.voice().write(self.SIZE, rng).rows)
        return found

    @cached_property
    def pooled(self) -> NDArray[Any]:
        """(documents, width) of all models together, equally many of each."""
        return np.concatenate([self.none, *self.samples])

    @cached_property
    def web(self) -> NDArray[Any]:
        """(SIZE, width) documents of the web, drawn at random; none where it is empty."""
        standing = self.stock.cells[: len(self.stock.shelves)].sum(axis=0)
        if not standing.any():
            return self.none
        rng = self.world.draws.stream("measure", self.step, "", self.domain.name)
        columns, counts = Cells(standing, dense=False).some(rng, self.SIZE)
        drawn = self.stock.contents.written(columns, counts, rng)
        return np.asarray(drawn[rng.permutation(len(drawn))])

    @cached_property
    def human(self) -> NDArray[Any]:
        """(documents, width) human documents to compare with."""
        return self.domain.reference()


class VectorView(RowView):
    """A domain whose documents are vectors."""

    @cached_property
    def moments(self) -> list[tuple[Floats, Floats] | None]:
        """Mean and covariance of what each model writes, exactly; None for a blank one."""
        learners = [model.learners[self.domain.name] for model in self.models]
        return [None if each.blank else each.voice().moments() for each in learners]

    @cached_property
    def human_distance(self) -> float:
        """Median distance between two human documents."""
        from scipy.spatial.distance import pdist

        return float(np.median(pdist(self.human_sample)))

    @cached_property
    def human_moments(self) -> tuple[Floats, Floats]:
        """Mean and covariance of human writing."""
        return self.domain.moments(self.domain.topics)

    @cached_property
    def web_moments(self) -> tuple[Floats, Floats] | None:
        """Mean and covariance of the documents of the web's sample; None where there are none."""
        if len(self.web) == 0:
            return None
        mean = self.web.mean(axis=0)
        return mean, np.cov(self.web, rowvar=False, bias=True).reshape(mean.size, mean.size)

    def of_models(self, measure: Any) -> Floats:
        """(M,) a figure of each model's moments; NaN for a blank one."""
        return np.array([np.nan if each is None else measure(*each) for each in self.moments])


def view_of(world: Ecosystem, domain: str, memory: dict[str, Floats]) -> DomainView:
    """A domain of a world as it stands, by the form of its documents."""
    from analysis.exercise_view import ExerciseView
    from analysis.view import View

    found = world.domains[domain]
    if not isinstance(found, RowsDomain):
        return View(world, domain, memory)
    from analysis.prose_view import ProseView

    views: dict[str, type[RowView]] = {
        "vectors": VectorView,
        "exercises": ExerciseView,
        "prose": ProseView,
    }
    return views.get(found.form, RowView)(world, domain, memory)
