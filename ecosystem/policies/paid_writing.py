"""Paying people to write: more human documents for money."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ecosystem.parameter import CONVENTION, FREE, Share, about
from ecosystem.policies.policy import Policy


class PaidWriting(Policy):
    """Compliant communities write more, for money.

    The spending of a step buys spending / price documents at first; communities share them by what
    they write anyway, over all domains. With `returns` below 1 the more is bought the dearer it
    becomes: V documents become V (1 + spending / (price V))^returns. They are as good as those
    they write unpaid, on the same sites and topics.

    Expected: the human share of what stands on the web and of what is read rises with spending, at
    falling returns; the tail that communities do not care for gains in proportion only. Whoever
    writes nothing unpaid is paid nothing.
    """

    kind: ClassVar[str] = "paid_writing"
    complied_by: ClassVar[Literal["models", "communities", "sites"]] = "communities"
    outside: ClassVar[bool] = True

    spending: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=1000.0,
        description="what is paid in every step",
        json_schema_extra=about("units per step", FREE),
    )
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        default=1.0,
        description="what the first document costs",
        json_schema_extra=about("units per document", CONVENTION),
    )
    returns: Share = Field(
        default=1.0,
        description="power of the documents by what is paid; 1: every document costs the same",
        json_schema_extra=about("none", FREE),
    )

    def steer(self, world: Any) -> None:
        paid = [a for a in world.agents if not a.synthetic and self.complies(a.name)]
        total = sum(sorted(a.volume(d, world.steps) for a in paid for d in world.domains))
        if total > 0:
            for author in paid:
                author.factor *= (1 + self.spending / (self.price * total)) ** self.returns
