"""What a meter is: one class, named columns, each with its definition."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ecosystem.sampling import Floats


@dataclass(frozen=True)
class Column:
    """One measured quantity.

    Attributes:
        text: its definition in a sentence, printed next to its number.
        each: "model": one value per model present, and over the models mean, median, least
            and greatest; "world": one value a step.
        unit: what it is counted in.
    """

    text: str
    each: Literal["model", "world"] = "world"
    unit: str = "share"


class Meter(ABC):
    """A meter of one domain (`of = "domain"`) or of the whole web (`of = "web"`).

    A new meter is a file with one class in this folder; its columns are named
    `domain.column` or `web.column`. `measure` gets an `analysis.view.View`, or the
    `Ecosystem` for a meter of the web.
    """

    kind: ClassVar[str] = ""
    of: ClassVar[Literal["domain", "web"]] = "domain"
    columns: ClassVar[Mapping[str, Column]]

    @abstractmethod
    def measure(self, view: Any) -> dict[str, Floats | float]:
        """The value of each column now: (models present,) or one number."""
