"""stub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.run import Run


@dataclass(frozen=True)
class Ablation:
    """The runs without each mechanism.

    Attributes:
        without: by mechanism the replicates of the run without it.
        missing: mechanisms that are on and not measured yet.
        together: the replicates of the run without any of them; empty where not measured.
    """

    without: Mapping[str, Sequence[Run]]
    missing: tuple[str, ...] = ()
    together: Sequence[Run] = ()
