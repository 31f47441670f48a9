"""People who learn through models: cheaper, from a narrower view (knowledge collapse)."""

from math import inf, log
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtr

from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats

PETERSON = "Peterson 2024"
PSEUDO = 0.5
"""Documents added to every true thing that can be said, so that none counts as unheard of."""


class Shortcut(BaseModel):
    """How members of a community choose between learning in full and learning through a model.

    After Peterson 2024 (arXiv 2404.03502). In every step each member learns anew, either at full
    `cost` from the world (and then writes as its community does) or at a `discount` by asking a
    model, each of those present alike often (and then writes what that model would). What a way
    of learning gains is how much one more document of its kind moves the public's belief P, the
    documents standing on open sites, towards the truth p: the derivative of the Bhattacharyya
    coefficient sum sqrt(p P),

        gain(q) = (sum sqrt(p / P) q - sum sqrt(p P)) / 2,

    exact for a document that is small beside the web, with half a document added to each true
    cell of P. People know only what either way gained lately: estimates follow the gains at
    `rate`. A member to whom knowledge is worth v (log-normal, median 1, `spread` the sd of its
    logarithm) learns in full where v (estimated gain in full - through a model) >= discount x
    cost. Communities are large: the share that learns through models is that probability.
    Where the public believes the truth no way gains anything, and everybody takes the cheaper.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    discount: Annotated[
        float, Field(ge=0, le=1, allow_inf_nan=False), Mechanism("learning through models", off=0.0)
    ] = Field(
        default=0.2,
        description="share of the cost that is saved by learning through a model; 0: nobody does",
        json_schema_extra=about("share", PETERSON),
    )
    cost: float = Field(
        default=0.1,
        gt=0,
        le=1e6,
        description="of learning in full, in units of gain",
        json_schema_extra=about("gain", FREE),
    )
    spread: float = Field(
        default=0.5,
        ge=0,
        le=10,
        description="sd of the log of what knowledge is worth to a member",
        json_schema_extra=about("log units", PETERSON),
    )
    rate: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="how quickly estimates follow what was gained lately; 1: the last step only",
        json_schema_extra=about("share", PETERSON),
    )

    def through_models(self, full: float, short: float) -> float:
        """Share of members that learn through models, by the estimated gains of both ways."""
        saved, ahead = self.discount * self.cost, full - short
        if saved == 0:
            return 0.0
        if ahead <= 0:
            return 1.0
        distance = log(saved / ahead)
        if self.spread == 0:
            return float(distance > 0)
        return float(ndtr(distance / self.spread))

    def estimate(self, former: Floats, gained: Floats) -> Floats:
        """Both estimated gains after both were seen; NaN before anything was."""
        return np.where(np.isnan(former), gained, former + self.rate * (gained - former))


def gain(truth: Floats, public: Floats, voice: Floats) -> float:
    """What one more document of a voice brings the public nearer to the truth; see `Shortcut`.

    Args:
        truth: (cells,) of true human writing, sum 1.
        public: (cells,) documents standing.
        voice: (cells,) what would be written, sum 1.
    """
    true = truth > 0
    believed = public + PSEUDO * true
    total = believed.sum()
    if not 0 < total < inf:
        return 0.0
    p, held = truth[true], believed[true] / total
    return float((np.sqrt(p / held) @ voice[true] - np.sqrt(p * held).sum()) / 2)
