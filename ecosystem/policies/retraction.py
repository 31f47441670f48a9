"""Retraction: falsehoods are found out, and put right where they stand."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ecosystem.corpus import Batch
from ecosystem.domains.domain import Domain
from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.policy import Policy
from ecosystem.sampling import Floats


class Retraction(Policy):
    """Compliant sites put documents right that assert a falsehood which has been found out.

    Every false claim is found out with the probability `found` in each step, whether or not it
    stands anywhere yet, and from `delay` steps later on compliant sites correct every document
    that asserts it as a step begins: it then says the truth. What comes to stand there in a step
    is read once before it is corrected in the next. In domains of counts; lineage and ledger keep
    a corrected document's ancestry, error load included.

    Expected: falsehoods lose ground on sites that comply, and with them in models; those that are
    rarely written about return from the models that believe them.
    """

    kind: ClassVar[str] = "retraction"
    complied_by: ClassVar[Literal["models", "communities", "sites"]] = "sites"
    outside: ClassVar[bool] = True

    found: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1,
        description="chance in each step that a false claim is found out",
        json_schema_extra=about("share per step", FREE),
    )
    delay: Annotated[int, Field(ge=0)] = Field(
        default=2,
        description="steps from then until sites correct it",
        json_schema_extra=about("steps", FREE),
    )
    corrected: Share = Field(
        default=1.0,
        description="share of documents that are corrected in each step from then on",
        json_schema_extra=about("share", FREE),
    )

    def correct(self, batch: Batch, domain: Domain) -> Floats | None:
        if not self.complies(batch.site):
            return None
        if domain.name not in self._drawn:
            rng = self.draws.stream(f"found:{self.kind}", 0, "", domain.name)
            self._drawn[domain.name] = rng.geometric(self.found, size=domain.shape)
        found = self.start + self._drawn[domain.name] - 1
        known = batch.step >= found + self.delay
        return np.where(known, self.corrected, 0.0)
