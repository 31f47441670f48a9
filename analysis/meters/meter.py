"""What a meter is: one class, named columns, each with its definition."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from analysis.view import DomainView, View
from ecosystem.sampling import Floats


@dataclass(frozen=True)
class Column:
    """One measured quantity.

    Attributes:
        text: its definition in a sentence, printed next to its number.
        each: "model": one value per model present, and over the models mean, median, least
            and greatest; "world": one value a step.
        unit: what it is counted in.
        title: a few words; with them it is drawn in the report and stands in the summary of a
            run (the project's own have theirs in `pictures/subjects.py`).
    """

    text: str
    each: Literal["model", "world"] = "world"
    unit: str = "share"
    title: str = ""


class Meter(ABC):
    """A meter of one domain (`of = "domain"`) or of the whole web (`of = "web"`).

    A new meter is a file with one class in this folder; its columns are named
    `domain.column` or `web.column`. `measure` gets what it `sees`, or the `Ecosystem` for a
    meter of the web.

    Attributes:
        sees: the view that it reads: `View` (domains of counts), `RowView` (of rows) or
            `DomainView` (any).
        domains: the kinds of domain that it measures; all that it can see where empty.
        costly: measured only every `costly_every` rows of a scenario, not defined in between.
    """

    kind: ClassVar[str] = ""
    of: ClassVar[Literal["domain", "web"]] = "domain"
    sees: ClassVar[type[DomainView]] = View
    domains: ClassVar[tuple[str, ...]] = ()
    costly: ClassVar[bool] = False
    columns: ClassVar[Mapping[str, Column]]

    @classmethod
    def measures(cls, view: DomainView) -> bool:
        """Whether it is for such a domain."""
        kind = view.domain.kind
        return cls.of == "domain" and isinstance(view, cls.sees) and kind in (cls.domains or [kind])

    @abstractmethod
    def measure(self, view: Any) -> dict[str, Floats | float]:
        """The value of each column now: (models present,) or one number."""
