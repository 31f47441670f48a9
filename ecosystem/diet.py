"""What a model trains on: takes from sources on the web. Every named regime is a diet.

| regime | diet | sites |
|---|---|---|
| replace | take all | keep the latest only |
| accumulate | take all | keep everything |
| accumulate-subsample | take n | keep everything |
| fixed human set | take all of an archive and k from sites | an archive without writers |
| fresh human share | two takes, `random` or `quota` | |
| weighted real and synthetic | takes with a weight | |
| explicit scrape network | a take per author's own site | |
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecosystem.mechanism import Mechanism
from ecosystem.parameter import CONVENTION, FREE, Share, about

Positive = Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False)]
MAXIMUM_CRAWL = 10**12


class Take(BaseModel):
    """Documents from one source: a share of the crawl, exactly k, or all there are.

    Exactly one of `share`, `k` and `all` is given. Within a source a site is chosen with
    P(site) ~ attention x affinity x stock^eta, a document within its site uniformly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | tuple[str, ...] = Field(
        default="web",
        description="a site, a group of sites, a kind of site, several, or 'web': all open sites",
        json_schema_extra=about("none", FREE),
    )
    share: Share | None = Field(
        default=None,
        description="share of the documents crawled",
        json_schema_extra=about("share", "free: swept in studies; law A-41"),
    )
    k: int | None = Field(
        default=None,
        ge=0,
        le=MAXIMUM_CRAWL,
        description="documents, exactly",
        json_schema_extra=about("documents", "free: swept in studies; law A-40"),
    )
    all: bool = Field(
        default=False,
        description="every document the source holds (finite only)",
        json_schema_extra=about("none", "law A-08"),
    )
    replace: bool = Field(
        default=True,
        description="draw with replacement; without, sites are allotted documents by attention "
        "and then drawn from, and what a site does not hold is asked of the others",
        json_schema_extra=about("none", "law A-01"),
    )
    weight: Positive = Field(
        default=1.0,
        description="how much each document counts in training",
        json_schema_extra=about("relative weight", FREE),
    )
    affinity: Annotated[
        Positive | dict[str, Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]] | None,
        Mechanism("reading tastes", off=None),
    ] = Field(
        default=None,
        description="this reader's taste for the source's sites: weights by site or group, or "
        "one number c for tastes drawn once from a Dirichlet(c) (small c: few sites are read)",
        json_schema_extra=about("relative weight", FREE),
    )

    @model_validator(mode="after")
    def _one_amount(self) -> "Take":
        given = [self.share is not None, self.k is not None, self.all]
        if sum(given) != 1:
            raise ValueError(
                f"take from {self.source!r}: given {sum(given)} of share, k and all, allowed "
                "exactly one"
            )
        if self.all and not self.replace:
            raise ValueError(
                f"take from {self.source!r}: replace says how documents are drawn, and all takes "
                "every document; allowed without it: leave replace out"
            )
        return self


class Diet(BaseModel):
    """The takes of one model.

    Allocation: `random` draws each document's source independently by the shares (A-41 of
    the validation targets); `quota` fixes whole numbers, largest remainder first (A-40's k).
    `top_p` keeps the smallest set of items holding that share of what is crawled, before the
    draw.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = Field(
        default=0,
        ge=0,
        le=MAXIMUM_CRAWL,
        description="documents crawled by the takes that give a share",
        json_schema_extra=about("documents", "free: swept in studies; law A-01"),
    )
    takes: tuple[Take, ...] = Field(
        default=(Take(share=1.0),),
        description="from which sources, and how much from each",
        json_schema_extra=about("takes", CONVENTION),
    )
    allocation: Literal["random", "quota"] = Field(
        default="random",
        description="random: each document's source drawn by the shares; quota: whole numbers",
        json_schema_extra=about("none", "law A-41 (random), law A-40 (quota)"),
    )
    top_p: Annotated[float, Field(gt=0, le=1), Mechanism("top-p of what is crawled", off=1.0)] = (
        Field(
            default=1.0,
            description="the crawl keeps the smallest set of items with this share; 1 is off",
            json_schema_extra=about("share", FREE),
        )
    )

    @model_validator(mode="after")
    def _shares_sum(self) -> "Diet":
        if not self.takes:
            raise ValueError("takes: given none, allowed one or more")
        shares = [take.share for take in self.takes if take.share is not None]
        if shares and abs(sum(shares) - 1) > 1e-9:
            raise ValueError(f"shares of the takes: given a sum of {sum(shares):.6g}, allowed 1")
        if shares and self.n == 0:
            raise ValueError("n: given 0, allowed 1 or more where a take asks for a share")
        if self.top_p < 1 and any(take.all or not take.replace for take in self.takes):
            raise ValueError(
                f"top_p: given {self.top_p:g} with a take of all documents or without "
                "replacement, allowed only where documents are drawn with replacement"
            )
        return self

    @property
    def documents(self) -> int:
        """Documents asked for, those of an `all` not counted."""
        fixed = sum(take.k for take in self.takes if take.k is not None)
        return fixed + (self.n if any(take.share is not None for take in self.takes) else 0)

    @property
    def blended(self) -> bool:
        """Whether one draw from the blend of all sources is the exact law of this diet."""
        return self.allocation == "random" and all(
            take.share is not None and take.replace and take.weight == 1 for take in self.takes
        )
