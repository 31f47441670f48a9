"""What a policy is: a start, a stop, who complies, a cost, and any of four hooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from ecosystem.corpus import Batch, Corpus
from ecosystem.domains.domain import Domain
from ecosystem.draws import Draws
from ecosystem.parameter import CONVENTION, FREE, about
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


class Policy(BaseModel):
    """One intervention. Subclass it in a file of its own in this folder, with a `kind`.

    The hooks act in this order within a step: `steer` before anything is published, `mark` as
    documents are published (a verdict also on what already stands on the web), `keep` when
    compliant models crawl, `teach` on what they drew. Several policies act in the order in
    which the scenario lists them; marks are independent, keeping probabilities multiply.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str] = ""
    judges_standing: ClassVar[bool] = False
    """Whether `mark` also judges, once at `start`, what already stands on the web (a verdict),
    or only what is published from then on (a watermark, a signature)."""

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
    compliance: Annotated[float, Field(ge=0, le=1)] = Field(
        default=1.0,
        description="share of actors that comply; more compliance adds actors",
        json_schema_extra=about("share", FREE),
    )
    cost: Annotated[float, Field(ge=0)] = Field(
        default=0.0,
        description="what it costs, in units of your own; noted, changes nothing",
        json_schema_extra=about("units per step", CONVENTION),
    )
    _draws: Draws | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _in_order(self) -> "Policy":
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(f"stop: given {self.stop}, allowed after start, which is {self.start}")
        return self

    def bind(self, draws: Draws) -> "Policy":
        """A copy for one run, able to say who complies."""
        bound = self.model_copy()
        bound._draws = draws
        return bound

    def acts(self, step: int) -> bool:
        """Whether it acts at a step; with nobody complying it never does."""
        on = step >= self.start and (self.stop is None or step < self.stop)
        return on and self.compliance > 0

    def complies(self, actor: str) -> bool:
        """Whether an actor complies: decided once per actor and kind of policy."""
        if self._draws is None:
            raise ValueError(f"policy {self.kind}: bind it to a run first")
        return self._draws.stream(f"comply:{self.kind}", 0, actor).random() < self.compliance

    @classmethod
    def overrides(cls, hook: str) -> bool:
        """Whether a class has a hook of its own."""
        return getattr(cls, hook) is not getattr(Policy, hook)

    def steer(self, world: Any) -> None:
        """Change the world for this step: authors' `factor`, `world.attention`, `world.eta`.

        These are put back before each step's steering; nothing else may be changed.
        """

    def mark(self, batch: Batch) -> Mapping[str, float]:
        """Marks, each with the probability that a document of this batch gets it."""
        return {}

    def keep(self, batch: Batch) -> float:
        """Probability that a compliant reader keeps a document of these origin and marks.

        `batch` is a whole shelf: it has no author, and its step is the step of the reading.
        """
        return 1.0

    def teach(self, corpus: Corpus, lesson: Lesson) -> Corpus:
        """What a compliant reader trains on instead of what it drew (which stays as it is).

        The ledger keeps the shares of what was drawn.
        """
        return corpus
