"""What a policy is: a start, a stop, who complies, a cost, and any of six hooks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from ecosystem.actors import Actors, by_lot
from ecosystem.corpus import Batch, Corpus
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.parameter import CONVENTION, FREE, Share, about
from ecosystem.sampling import Floats, Generator


class Pupil(Protocol):
    """What a policy can ask a model about a text."""

    @property
    def blank(self) -> bool:
        """Whether it knows nothing yet."""

    def surprise(self, corpus: Any) -> Floats:
        """-log probability of each document, in nats; see `Learner.surprise`."""

    def reopen(self) -> None:
        """In its next training it perceives what its closed vocabulary does not hold."""


@dataclass(frozen=True)
class Names:
    """Metadata of a policy's field (in `Annotated`) that holds names of members or of their groups.

    A scenario refuses names that nothing has, and gives its world the policy with the members that
    are meant.

    Attributes:
        what: whose names: of authors (models and human communities), models only, or sites (also
            by kind, and all open ones as 'web').
    """

    what: Literal["author", "model", "site"]


@dataclass(frozen=True)
class Lesson:
    """For whom a training set is, before it is learnt from.

    Attributes:
        domain: what it is about.
        learner: the model as it is now, its former self once it has learnt.
        rng: for what is decided by chance.
    """

    domain: Domain
    learner: Pupil
    rng: Generator


@dataclass(frozen=True)
class Mix:
    """What a model would read, before it is drawn.

    Attributes:
        shelves: every shelf of the domain.
        takes: (takes, shelves) share of what it reads that each take draws from each shelf; they
            sum to 1, or to 0 where there is nothing to read.
        kinship: between shelves that hold anything, by their places; None where the run keeps none.
    """

    shelves: Sequence[Batch]
    takes: Floats
    kinship: "Callable[[NDArray[np.int64]], Floats] | None" = None

    def after(self, kept: Floats) -> Floats:
        """(takes, shelves) the mix once so much is kept of each shelf, (shelves,) from 0 to 1.

        Within a take the rest makes up for what is gone; a take of which nothing is left gives
        its share to the others.
        """
        left = self.takes * kept
        found = left.sum(axis=1, keepdims=True)
        share = self.takes.sum(axis=1, keepdims=True) * (found > 0)
        full = np.divide(left * share, found, out=np.zeros_like(left), where=found > 0)
        total = full.sum()
        return np.asarray(full * (self.takes.sum() / total) if total > 0 else full)


class Policy(BaseModel):
    """One intervention. Subclass it in a file of its own in this folder, with a `kind`.

    The hooks act in this order within a step: `steer` before anything is published, `correct` on
    what stands on the web, `mark` as documents are published (a verdict also on what already
    stands there), `keep` when models that heed it crawl, `ration` on the mix of what they would
    then read, `teach` on what they drew. Several policies act in the order in which the scenario
    lists them; marks are independent, keeping probabilities multiply, and each ration sees the mix
    that those before it left.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str] = ""
    outside: ClassVar[bool]
    """Whether it brings in knowledge that does not stand on the web: documents from elsewhere, or a
    judge who knows the truth. One that does not can only hold what is there: what nobody writes any
    more never comes back, and models that read models only drift from the truth as far as without
    it. A test holds each to what it says here (`tests/scenarios/test_closed_loop.py`)."""
    needs_kinship: ClassVar[bool] = False
    """Whether it asks a mix for kinship: its run keeps a ledger with kinship, asked for or not."""
    exclusive: ClassVar[bool] = False
    """Whether a document gets at most one of the marks that `mark` gives."""
    judges_standing: ClassVar[bool] = False
    """Whether `mark` also judges, once at `start`, what already stands on the web (a verdict),
    or only what is published from then on (a watermark, a signature). One that takes over from
    another leaves that one's verdicts as they are."""
    complied_by: ClassVar[Literal["models", "communities", "sites"]] = "models"
    """Whose share `compliance` is."""

    start: int = Field(
        default=1,
        ge=1,
        description="first step at which it acts",
        json_schema_extra=about("steps", FREE),
    )
    stop: int | None = Field(
        default=None,
        ge=1,
        description="first step at which it no longer acts",
        json_schema_extra=about("steps", FREE),
    )
    compliance: Share = Field(
        default=1.0,
        description="share of actors that comply, up to rounding; more compliance adds actors",
        json_schema_extra=about("share", FREE),
    )
    cost: Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)] = Field(
        default=0.0,
        description="what it costs, in units of your own; noted, changes nothing",
        json_schema_extra=about("units per step", CONVENTION),
    )
    _draws: Draws | None = PrivateAttr(default=None)
    _actors: Actors = PrivateAttr(default=Actors())
    _number: int = PrivateAttr(default=1)
    _takes_over: bool = PrivateAttr(default=False)
    _drawn: dict[str, Any] = PrivateAttr(default_factory=dict)  # once for a run, by what

    @model_validator(mode="after")
    def _in_order(self) -> "Policy":
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(f"stop: given {self.stop}, allowed after start, which is {self.start}")
        return self

    def bind(
        self, draws: Draws, actors: Actors, number: int = 1, takes_over: bool = False
    ) -> "Policy":
        """A copy for one run, able to say who complies.

        Args:
            draws: of the run.
            actors: all who can be asked to comply.
            number: which of its kind it is among the policies of the run, from 1.
            takes_over: whether one of that kind and number stops where it starts: the same policy
                with other settings, whose marks and verdicts stand.
        """
        bound = self.model_copy()
        # its own generator: a hook may ask while it holds the stream of its lesson
        bound._draws, bound._drawn = Draws(draws.seed, draws.replicate), {}
        bound._actors, bound._number, bound._takes_over = actors, number, takes_over
        return bound

    @property
    def name(self) -> str:
        """Its kind, with its number where others of its kind stand before it."""
        return self.own(self.kind)

    def own(self, word: str) -> str:
        """A mark's name as it gives and reads it, told from those of others of its kind."""
        return word if self._number == 1 else f"{word}#{self._number}"

    def judges_at(self, step: int) -> bool:
        """Whether it judges at this step what stands on the web: once, where it begins."""
        return self.judges_standing and step == self.start and not self._takes_over

    def acts(self, step: int) -> bool:
        """Whether it acts at a step; with nobody complying it never does."""
        on = step >= self.start and (self.stop is None or step < self.stop)
        return on and self.compliance > 0

    def complies(self, actor: str) -> bool:
        """Whether an actor complies: decided once for a run and kind of policy (`by_lot`)."""
        if "comply" not in self._drawn:

            def lot(name: str) -> float:
                return self.draws.stream(f"comply:{self.kind}", 0, name).random()

            self._drawn["comply"] = by_lot(lot, self._asked(), self.compliance)
        return actor in self._drawn["comply"]

    def _asked(self) -> tuple[str, ...]:
        """Who could comply."""
        return tuple(getattr(self._actors, self.complied_by))

    def heeded_by(self, model: str, share: float) -> bool:
        """Whether a model is of the share that heeds it, where that is not who complies.

        Decided once for a run and kind of policy, by lots of its own (`by_lot`).
        """
        if "heed" not in self._drawn:

            def lot(name: str) -> float:
                return self.draws.stream(f"heed:{self.kind}", 0, name).random()

            self._drawn["heed"] = by_lot(lot, self._actors.models, share)
        return model in self._drawn["heed"]

    @property
    def draws(self) -> Draws:
        """The random streams of its run; name those for what is decided for all by its kind."""
        if self._draws is None:
            raise ValueError(f"policy {self.kind}: bind it to a run first")
        return self._draws

    def heeds(self, model: str) -> bool:
        """Whether a model acts on it when it reads; those do who comply, unless said otherwise."""
        return self.complies(model)

    @classmethod
    def overrides(cls, hook: str) -> bool:
        """Whether a class has a hook of its own."""
        return getattr(cls, hook) is not getattr(Policy, hook)

    def steer(self, world: Any) -> None:
        """Change the world for this step: authors' `factor`, `world.attention`, `world.eta`.

        These are put back before each step's steering; nothing else may be changed.
        """

    def correct(self, batch: Batch, domain: Domain) -> Floats | None:
        """(K, V) probability that a wrong document standing on a shelf is put right in this step.

        In domains of counts; column 0, the truth, is not looked at. None: nothing is.
        """
        return None

    def mark(self, batch: Batch) -> Mapping[str, float]:
        """Marks, each with the probability that a document of this batch gets it.

        Independently of each other, or one at most where the policy is `exclusive`. Named by `own`.
        """
        return {}

    def keep(self, batch: Batch) -> float:
        """Probability that a reader who heeds it keeps a document of these origin and marks.

        `batch` is a whole shelf: it has no author, and its step is the step of the reading.
        """
        return 1.0

    def ration(self, mix: "Mix") -> Floats:
        """(shelves,) probability that a reader who heeds it keeps a document, given its whole mix.

        They multiply those of `keep`. Within a take of a diet other shelves make up for what is
        not kept; a take of which nothing is kept gives its share to the others.
        """
        return np.ones(len(mix.shelves))

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        """What a reader who heeds it trains on instead of what it drew (which stays as it is).

        The ledger keeps the shares of what was drawn.
        """
        return corpus
