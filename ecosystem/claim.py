"""A falsehood in words, and its place among what can be said in a domain."""

from dataclasses import dataclass

import numpy as np

from ecosystem.discovery import nearest
from ecosystem.domains.domain import Domain


@dataclass(frozen=True)
class Claim:
    """A falsehood in words.

    Attributes:
        domain: the domain it is of.
        item: what it is about.
        value: the wrong value that is asserted.
    """

    domain: str
    item: str
    value: str

    def place(self, domain: Domain) -> tuple[int, int]:
        """Its (item, slot) in the domain, slot above 0.

        Raises:
            ValueError: an item that there is not, or a value that nobody could assert of it, or
                that is the truth.
        """
        if self.item not in domain.items:
            raise ValueError(
                f"claim: given the item {self.item!r}, {nearest(self.item, domain.items)}"
            )
        item = domain.items.index(self.item)
        possible = np.flatnonzero(domain.confusion[item]).tolist()
        wrong = {domain.label(item, slot): slot for slot in possible}
        if self.value in wrong:
            return item, wrong[self.value]
        if self.value != domain.label(item, 0):
            raise ValueError(
                f"claim: given the value {self.value!r} of {self.item!r}, "
                + (nearest(self.value, wrong) if wrong else "of which nothing wrong can be said")
            )
        raise ValueError(
            f"claim: given {self.item}={self.value}, which is true, allowed a wrong value"
            + (f", such as {next(iter(wrong))!r}" if wrong else ", of which it has none")
        )
