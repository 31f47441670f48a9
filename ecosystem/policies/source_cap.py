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
    on each; where a take is of one site alone it comes as near as it can. Exact for a diet of one
    take; several are balanced against each other in rounds, to less than a hundredth of the cap.

    Expected: models read more widely, are less inbred and keep more of what is rare; where the
    sites left are farms it brings in more synthetic text.
    """

    kind: ClassVar[str] = "source_cap"
    outside: ClassVar[bool] = False

    cap: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1,
        description="largest share of any one site in what a model reads",
        json_schema_extra=about("share", FREE),
    )

    def ration(self, mix: Mix) -> Floats:
        names, site = np.unique([shelf.site for shelf in mix.shelves], return_inverse=True)
        kept: Floats = np.ones(names.size)
        before: Floats = np.zeros(names.size)
        for _ in range(ROUNDS):
            read = mix.after(kept[site]).sum(axis=0)
            shares: Floats = np.bincount(site, read, names.size).astype(np.float64)
            cap = max(self.cap, 1 / max(1, int(np.count_nonzero(shares))))
            over = shares > cap * (1 + 1e-10)
            if not over.any():
                break
            if np.count_nonzero(mix.takes.any(axis=1)) == 1:
                kept = cut(shares, cap)
                break
            if np.allclose(shares, before, rtol=1e-12, atol=0):
                break  # as near as it can come: what is over has a take of its own
            kept[over] *= cap / shares[over]
            before = shares
        return kept[site] / kept.max()


def cut(shares: Floats, cap: float) -> Floats:
    """How much of each is kept so that, once the rest makes up for it, none is above a cap.

    Args:
        shares: sum 1, at least 1 / cap of them above 0.
        cap: 0 to 1.
    """
    high = np.sort(shares[shares > 0])[::-1]
    # with the m largest at the cap, the others are lifted by so much
    lift = (1 - cap * np.arange(high.size)) / np.cumsum(high[::-1])[::-1]
    fits = lift * high <= cap * (1 + 1e-12)
    level = cap / lift[fits.argmax()] if fits.any() else high[-1]
    kept = np.divide(level, shares, out=np.ones(shares.size), where=shares > 0)
    return np.asarray(np.minimum(1.0, kept))
