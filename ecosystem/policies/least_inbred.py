"""Source diversity: of what a diet reaches, the mix that makes a model least inbred."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from ecosystem.mixing import best_mix
from ecosystem.parameter import CONVENTION, Share, about
from ecosystem.policies.policy import Mix, Policy
from ecosystem.sampling import Floats


class LeastInbred(Policy):
    """Compliant models read the shelves in their reach in the shares that are least kin.

    As breeders choose whom to breed (optimal contributions, Meuwissen 1997): of all mixes with no
    more human text than allowed, that in which two documents drawn are least often copies of one
    original (`mixing.best_mix`). It rests on the kinship that the run itself keeps, which nobody
    knows of the real web: a bound on what provenance could give. Exact for a diet of one take, with
    replacement; of several, each take keeps its share, and the mix is only approached. Costs grow
    with the product of human and synthetic shelves in reach.

    Expected: models are less inbred than by any cap on sources with as much human text. It brings
    none in, so that a closed loop still drifts.
    """

    kind: ClassVar[str] = "least_inbred"
    outside: ClassVar[bool] = False
    needs_kinship: ClassVar[bool] = True

    human: Share | None = Field(
        default=None,
        description="most of what is read that may be human; as much as without it if not given",
        json_schema_extra=about("share", CONVENTION),
    )

    def ration(self, mix: Mix) -> Floats:
        read = mix.takes.sum(axis=0)
        reach = np.flatnonzero(read > 0)
        kept: Floats = np.zeros(read.size)
        if mix.kinship is None or not reach.size:
            return np.ones(read.size)
        human = np.array([not mix.shelves[at].synthetic for at in reach.tolist()])
        shares = read[reach] / read.sum()
        most = float(shares[human].sum()) if self.human is None else self.human
        kinship = _semidefinite(mix.kinship(reach))
        best = best_mix(kinship, human, 1.0 if human.all() else min(most, 1.0))
        kept[reach] = best / shares
        return np.asarray(kept / kept.max())


def _semidefinite(kinship: Floats) -> Floats:
    """The nearest matrix that kinship can be: of some shelves it is known to first order only."""
    roots, turned = np.linalg.eigh((kinship + kinship.T) / 2)
    return np.asarray((turned * np.maximum(roots, 0.0)) @ turned.T)
