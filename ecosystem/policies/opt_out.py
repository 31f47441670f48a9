"""Opting out: sites that may not be crawled."""

from typing import ClassVar, Literal

from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.policy import Policy


class OptOut(Policy):
    """A share of sites opt out of crawling, and models that respect it read nothing there.

    `compliance` is the share of sites that opt out, `respect` the share of models that keep to it;
    a model's diet is filled from the sites left.

    Expected: whoever respects it reads a narrower web. If sites with human text opt out, that
    model's share of synthetic text rises; whoever does not respect it gains in comparison.
    """

    kind: ClassVar[str] = "opt_out"
    complied_by: ClassVar[Literal["models", "communities", "sites"]] = "sites"
    outside: ClassVar[bool] = False

    respect: Share = Field(
        default=1.0,
        description="share of models that do not read where crawling is not allowed",
        json_schema_extra=about("share", FREE),
    )

    def heeds(self, model: str) -> bool:
        return self.heeded_by(model, self.respect)

    def keep(self, batch: Batch) -> float:
        return 0.0 if self.complies(batch.site) else 1.0
