"""A lab's model: it publishes, crawls by its diet, and retrains when its turn comes."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from agents.author import Author, Placement
from agents.learners.learner import Learner
from ecosystem.corpus import Corpus
from ecosystem.ecosystem import Ecosystem
from ecosystem.reader import Reader
from ecosystem.sampling import Generator
from ecosystem.schedule import Schedule
from ecosystem.stock import Stock


@dataclass(frozen=True)
class Cadence:
    """When a model is there and when it retrains.

    It joins at step `join` and is gone from step `leave` on. It crawls and retrains at its
    joining step (row 0 is its start) and at every step t with (t - offset) divisible by
    `every`; it publishes from the step after it joined.
    """

    every: int = 1
    offset: int = 0
    join: int = 0
    leave: int | None = None

    def present(self, step: int) -> bool:
        """Whether the model exists at a step."""
        return step >= self.join and (self.leave is None or step < self.leave)

    def publishes(self, step: int) -> bool:
        """Whether it publishes at a step."""
        return step > self.join and (self.leave is None or step < self.leave)

    def due(self, step: int) -> bool:
        """Whether it crawls and retrains at a step."""
        if not self.present(step) or step == 0:
            return False
        return step == self.join or (step - self.offset) % self.every == 0


class ModelAgent(Author):
    """A model with a learner per domain.

    Attributes:
        generation: 0 for a start at a given distribution, 1 when fitted to human documents;
            one more with each retraining.
        learners: what it knows, by domain.
        readers: its diet with the sites it reaches and its taste for each, by domain.
        cadence: when it is there and when it retrains.
        training: the latest training set by domain, from the crawl to the retraining.
    """

    synthetic = True

    def __init__(
        self,
        model: Ecosystem,
        name: str,
        row: int,
        volumes: Mapping[str, Schedule],
        placement: Placement,
        learners: Mapping[str, Learner],
        readers: Mapping[str, Reader],
        cadence: Cadence,
    ) -> None:
        super().__init__(model, name, row, volumes, placement)
        self.learners = dict(learners)
        self.readers = dict(readers)
        self.cadence = cadence
        self.generation = 0
        self.training: dict[str, Corpus] = {}

    def volume(self, domain: str, step: int) -> float:
        return super().volume(domain, step) if self.cadence.publishes(step) else 0.0

    def due(self, step: int) -> bool:
        return self.cadence.due(step)

    @cached_property
    def cohort(self) -> Hashable:
        """Models that retrain together."""
        return tuple((domain, learner.cohort) for domain, learner in self.learners.items())

    def crawl(self) -> None:
        """Draw this step's training sets from the web."""
        self.training = {d: self.model.training_set(self, d) for d in self.learners}

    @staticmethod
    def retrain(group: Sequence["ModelAgent"]) -> None:
        """Fit a cohort of models to their training sets; a model with nothing to read waits."""
        world: Ecosystem = group[0].model
        for domain, learner in group[0].learners.items():
            fed = [model for model in group if model.training[domain].size > 0]
            if not fed:
                continue
            type(learner).fit_together(
                [model.learners[domain] for model in fed],
                [model.training[domain] for model in fed],
                partial(_stream, world, [model.name for model in fed], domain),
                partial(_speak, world.stocks[domain], [model.row for model in fed]),
            )
        for model in group:
            model.generation += any(corpus.size > 0 for corpus in model.training.values())
            for learner in model.learners.values():
                learner.reopened = False

    def state(self) -> dict[str, Any]:
        arrays = {"generation": np.array(self.generation), **super().state()}
        for domain, learner in self.learners.items():
            arrays |= {f"{domain}/{key}": value for key, value in learner.state().items()}
        return arrays

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        self.generation = int(state["generation"])
        for domain, learner in self.learners.items():
            prefix = f"{domain}/"
            learner.load(
                {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            )


def _speak(stock: Stock, rows: Sequence[int], i: int, voice: Any) -> None:
    """What a model writes from now on."""
    stock.speak(rows[i], voice)


def _stream(world: Ecosystem, names: Sequence[str], domain: str, i: int) -> Generator:
    """What a model's guesses in this retraining are drawn from."""
    return world.draws.stream("guess", world.steps, names[i], domain)
