"""How the things of a domain are spoken of: what an item is called, and what is said of it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.wording import kind_of_value
from ecosystem.domains.domain import Domain


@dataclass(frozen=True)
class Speech:
    """Words for one domain.

    Attributes:
        domain: the domain.
        one, many: what one item is called, and several.
        values: what values are: date, family or value.
    """

    domain: Domain
    one: str
    many: str
    values: str

    @classmethod
    def of(cls, domain: Any) -> "Speech":
        """The words for a domain, by its kind and by what its values look like."""
        if domain.kind == "exercises":
            return cls(domain, "case", "cases", "value")
        table = getattr(domain.spec, "table", None)
        if table == "birds":
            return cls(domain, "bird", "birds", "family")
        truths = pd.Series([domain.label(item, 0) for item in range(len(domain.items))])
        if table is not None and kind_of_value(truths) == "date":
            return cls(domain, "event", "events", "date")
        return cls(domain, f"item of {domain.name}", f"items of {domain.name}", "value")

    def named(self, item: int) -> str:
        """An item as it stands in a sentence; in quotes where names are sentences themselves."""
        name = self.domain.items[item]
        return f"“{name}”" if self.values == "date" or self.one == "case" else name

    def counted(self, n: int, other: bool = False) -> str:
        """'1 bird', '14 other birds'."""
        return f"{n} {'other ' if other else ''}{self.one if n == 1 else self.many}"

    def wrongly(self, item: int, slot: int, agreeing: int, models: int) -> str:
        """What models do that are wrong on an item: 'date “…” wrongly (1572; in truth 1571)'.

        Args:
            item: the item.
            slot: the wrong value that most of them assert.
            agreeing: models that assert it.
            models: models that are wrong on the item.
        """
        value, truth = self.domain.label(item, slot), self.domain.label(item, 0)
        verb = {"date": "date {} wrongly", "family": "put {} in a wrong family"}.get(self.values)
        if agreeing == models and self.values != "date":
            verb = {"family": f"put {{}} in the family {value}"}.get(
                self.values, f"say {value} of {{}}"
            )
            return f"{verb.format(self.named(item))}; in truth {truth}"
        said = f"{value}; " if agreeing == models else f"{value}, say {agreeing} of them; "
        said = said if 2 * agreeing > models else ""  # no value is that of most
        return f"{(verb or 'are wrong on {}').format(self.named(item))} ({said}in truth {truth})"


def claimed(domain: Domain, item: int, slot: int) -> str:
    """What a document says: 'Kakapo: Strigopidae'; only the item where nothing else is said."""
    said = f": {domain.label(item, slot)}" if domain.fallible[item] else ""
    return f"{domain.items[item]}{said}"
