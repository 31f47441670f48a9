"""A human quota: a least share of human text in what models read."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from ecosystem.parameter import FREE, Share, about
from ecosystem.policies.policy import Mix, Policy
from ecosystem.sampling import Floats


class HumanQuota(Policy):
    """Compliant models read at least so much text by humans, by its true origin.

    Where less of what a model would read is human, it keeps only as much synthetic text as leaves
    the quota, and within each take of its diet human text makes up for the rest. A take that finds
    nothing but synthetic text stays as it is unless the quota cannot be met otherwise; then what it
    reads is dropped, and the others take its share. Where the web holds no human text at all
    nothing changes. The quota is one of expected shares; a diet that joins a take of `all` with
    others (it finds fewer documents), or reads the likeliest items only (top-p), may miss it.

    Expected: error and loss settle where the human share puts them (A-32, A-40); where human
    writing shrinks, the same few documents are read over and over.
    """

    kind: ClassVar[str] = "human_quota"
    outside: ClassVar[bool] = False

    minimum: Share = Field(
        default=0.5,
        description="least share of human text in what a model reads",
        json_schema_extra=about("share", FREE),
    )

    def ration(self, mix: Mix) -> Floats:
        human = np.array([not shelf.synthetic for shelf in mix.shelves])
        kept: Floats = np.ones(human.size)

        def met(kept: Floats) -> bool:
            return float(mix.after(kept)[:, human].sum()) >= self.minimum

        finds = mix.takes[:, human].any(axis=1)
        if not finds.any() or met(kept):
            return kept
        if mix.takes[finds].sum() < self.minimum * mix.takes.sum():
            kept[~human & mix.takes[~finds].any(axis=0)] = 0.0
            if met(kept):
                return kept
        low, high = 0.0, 1.0  # the most synthetic text that leaves the quota
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if met(np.where(human, 1.0, middle * kept)) else (low, middle)
            )
        return np.where(human, 1.0, low * kept)
