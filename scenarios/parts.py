"""The parts of a scenario: humans, models, how models start, the calendar."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

import agents.learners
import ecosystem.domains
import ecosystem.policies
from agents.decoding import Decoding
from agents.learners.frequencies import FrequenciesOptions
from agents.learners.learner import Learner
from agents.shortcut import Shortcut
from ecosystem.diet import Diet
from ecosystem.domains.domain import Domain
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import CONVENTION, FREE, NAMED, Share, about
from ecosystem.policies.policy import Policy
from ecosystem.schedule import Constant, Schedule
from scenarios.fields import Kinds, per_domain

Weights = dict[str, Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]]
DomainSpec = Annotated[Any, Kinds(ecosystem.domains, Domain, lambda c: c.Spec)]
PolicySpec = Annotated[Any, Kinds(ecosystem.policies, Policy, lambda c: c)]
LearnerSpec = Annotated[Any, Kinds(agents.learners, Learner, lambda c: c.Options)]
if TYPE_CHECKING:  # a type checker need not know that these also take one value per domain
    Volumes: TypeAlias = Any
    Errors: TypeAlias = Any
    Learners: TypeAlias = Any
    Diets: TypeAlias = Any
    Decodings: TypeAlias = Any
else:
    Volumes = per_domain(Schedule)
    Errors = per_domain(Share)
    Learners = per_domain(LearnerSpec)
    Diets = per_domain(Diet)
    Decodings = per_domain(Decoding)


class Part(BaseModel):
    """Frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Members(Part):
    """One author, or a group of `count` alike: NAME-1, NAME-2, ...

    In the texts of a group, {i} stands for the member's number: `writes = {"site-{i}" = 1}`
    gives every member a site of its own.
    """

    name: str = Field(
        min_length=1,
        max_length=80,
        description="keys its random streams",
        json_schema_extra=about("none", NAMED),
    )
    count: int = Field(
        default=1,
        ge=1,
        le=100_000,
        description="authors of this group",
        json_schema_extra=about("authors", FREE),
    )
    volume: Volumes = Field(
        default=Constant(value=0),
        description="documents written per step, by a schedule",
        json_schema_extra=about("documents per step", FREE),
    )
    writes: Weights = Field(
        default={},
        description="relative weight of each site, or of each site of a group",
        json_schema_extra=about("relative weight", FREE),
    )


def _undiminished(schedule: Any) -> Any:
    return schedule.undiminished()


class Humans(Members):
    """A human community: writes the truth through its own topic profile, with errors."""

    volume: Annotated[Volumes, Mechanism("the peak in human writing", off=_undiminished)] = Field(
        default=Constant(value=0),
        description="documents written per step, by a schedule",
        json_schema_extra=about("documents per step", FREE),
    )
    error: Annotated[Errors, Mechanism("human error", off=0.0)] = Field(
        default=0.02,
        description="chance that a document asserts a wrong value; measured 0.01 to 0.12 per "
        "citation",
        json_schema_extra=about("share", "Jergas & Baethge 2015, Mogull 2017; law A-32"),
    )
    passed_off: Annotated[Share, Mechanism("text passed off as human", off=0.0)] = Field(
        default=0.0,
        description="share of its documents that were in truth written by models",
        json_schema_extra=about("share", FREE),
    )
    shortcut: Shortcut | None = Field(
        default=None,
        description="its members may learn through models, at a discount; where not given all "
        "learn from the world",
        json_schema_extra=about("none", "Peterson 2024"),
    )
    topic_spread: float = Field(
        default=0.0,
        ge=0,
        le=5,
        description="sd of the log of its taste for each group of items, drawn once; the mean "
        "over communities, weighted by volume, stays the truth",
        json_schema_extra=about("log units", FREE),
    )
    topics: dict[str, Weights] = Field(
        default={},
        description="domain -> group -> relative taste, instead of a drawn one",
        json_schema_extra=about("relative weight", FREE),
    )


class Truth(Part):
    """The model starts as the human distribution itself: generation 0."""

    kind: Literal["truth"] = "truth"


class Fitted(Part):
    """The model starts fitted to human documents: generation 1."""

    kind: Literal["fitted"] = "fitted"
    source: Literal["humans", "diet"] = Field(
        default="humans",
        description="humans: documents drawn from all human writing; diet: what the model's own "
        "diet finds on the web at row 0, where only humans have written",
        json_schema_extra=about("none", CONVENTION),
    )
    documents: int | None = Field(
        default=None,
        ge=1,
        le=10**12,
        description="documents drawn from all human writing; by default as many as its diet asks",
        json_schema_extra=about("documents", FREE),
    )
    rounds: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="with source = 'diet': trainings before the story begins, each on a crawl of "
        "its own, so that what a model keeps of former selves is there at row 0",
        json_schema_extra=about("trainings", CONVENTION),
    )

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if self.source == "diet" and self.documents is not None:
            raise ValueError(
                "documents: given with source = 'diet', allowed with source = 'humans'"
            )
        if self.source == "humans" and self.rounds != 1:
            raise ValueError("rounds: given with source = 'humans', allowed with source = 'diet'")
        return self


class Noise(Part):
    """The model starts at topic shares drawn from a Dirichlet, all values true: generation 0."""

    kind: Literal["dirichlet"] = "dirichlet"
    concentration: float = Field(
        default=1.0,
        gt=0,
        le=1e6,
        description="of the Dirichlet over the items: small for few items",
        json_schema_extra=about("none", FREE),
    )


class Given(Part):
    """The model starts at a given distribution, by domain: generation 0."""

    kind: Literal["given"] = "given"
    topics: dict[str, tuple[Annotated[float, Field(ge=0)], ...]] = Field(
        default={},
        description="domain -> weights of the items in their order; the truth's where not given",
        json_schema_extra=about("relative weight", FREE),
    )
    false: Share = Field(
        default=0.0,
        description="share of the likeliest wrong value on every item, so that a collapsed start "
        "can be tried",
        json_schema_extra=about("share", FREE),
    )


def _word(given: Any) -> Any:
    return {"kind": given} if isinstance(given, str) else given


Starts = Annotated[Truth | Fitted | Noise | Given, Field(discriminator="kind")]
Words = Literal["truth", "fitted", "dirichlet", "given"]
Start = Annotated[Starts, BeforeValidator(_word, json_schema_input_type=Words | Starts)]


class Models(Members):
    """A lab's model, or a group alike: what it learns, reads, writes, and when."""

    volume: Annotated[Volumes, Mechanism("models reading models", off=Constant(value=0))] = Field(
        default=Constant(value=0),
        description="documents written per step, by a schedule",
        json_schema_extra=about("documents per step", FREE),
    )
    learner: Learners = Field(
        default=FrequenciesOptions(),
        description="what it learns with",
        json_schema_extra=about("none", CONVENTION),
    )
    diet: Diets = Field(
        default=Diet(n=1000),
        description="what it trains on",
        json_schema_extra=about("none", FREE),
    )
    decoding: Decodings = Field(
        default=Decoding(),
        description="how it turns what it knows into what it writes",
        json_schema_extra=about("none", FREE),
    )
    start: Start = Field(
        default=Fitted(),
        description="what it knows at row 0",
        json_schema_extra=about("none", CONVENTION),
    )
    every: int = Field(
        default=1,
        ge=1,
        description="retrains every so many steps",
        json_schema_extra=about("steps", FREE),
    )
    offset: int = Field(
        default=0,
        ge=0,
        description="retrains at the steps t with (t - offset) divisible by `every`",
        json_schema_extra=about("steps", FREE),
    )
    join: int = Field(
        default=0,
        ge=0,
        description="step at which it appears",
        json_schema_extra=about("steps", FREE),
    )
    leave: int | None = Field(
        default=None,
        ge=1,
        description="first step without it",
        json_schema_extra=about("steps", FREE),
    )

    @model_validator(mode="after")
    def _leaves_later(self) -> Self:
        if self.leave is not None and self.leave <= self.join:
            raise ValueError(f"leave: given {self.leave}, allowed after join, which is {self.join}")
        return self


class Calendar(Part):
    """Dates of the steps."""

    start: date = Field(
        default=date(2022, 12, 31),
        description="date of row 0",
        json_schema_extra=about("none", CONVENTION),
    )
    unit: Literal["day", "week", "month", "quarter", "year"] = Field(
        default="quarter",
        description="time that a step stands for",
        json_schema_extra=about("none", CONVENTION),
    )

    def at(self, step: int) -> date:
        """The date of a step; month ends stay month ends."""
        import pandas as pd

        offset = {
            "day": pd.DateOffset(days=step),
            "week": pd.DateOffset(weeks=step),
            "month": pd.DateOffset(months=step),
            "quarter": pd.DateOffset(months=3 * step),
            "year": pd.DateOffset(years=step),
        }[self.unit]
        moment = pd.Timestamp(self.start) + offset
        if self.unit != "day" and self.unit != "week" and pd.Timestamp(self.start).is_month_end:
            moment = moment + pd.offsets.MonthEnd(0)
        return moment.date()
