"""Source diversity: no one site may be more than so much of a diet."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from ecosystem.parameter import FREE, about
from ecosystem.policies.policy import Mix, Policy
from ecosystem.sampling import Floats

ROUNDS = 500


class SourceCap(Policy):
    """Compliant models read at most so much of what they read on any one site.

    What a site has beyond the cap is read elsewhere, within each take of the diet, in the old
    proportions of the other sites. Where a diet reaches too few sites for the cap it reads as much
    on each; where a take is of one site alone it comes as near as it can.

    Expected: models read more widely, are less inbred and keep more of what is rare; where the
    sites left are farms it brings in more synthetic text.
    """

    kind: ClassVar[str] = "source_cap"

    cap: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1,
        description="largest share of any one site in what a model reads",
        json_schema_extra=about("share", FREE),
    )

    def ration(self, mix: Mix) -> Floats:
        names, site = np.unique([shelf.site for shelf in mix.shelves], return_inverse=True)
        kept = np.ones(names.size)
        for _ in range(ROUNDS):
            shares = np.bincount(site, mix.after(kept[site]).sum(axis=0), names.size)
            cap = max(self.cap, 1 / max(1, int(np.count_nonzero(shares))))
            over = shares > cap * (1 + 1e-9)
            if not over.any():
                break
            kept[over] *= cap / shares[over]
        return kept[site] / kept.max()
