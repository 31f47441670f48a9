"""Humans: communities that write what is true, through what they care about, with errors."""

from collections.abc import Mapping
from math import fsum

from agents.author import Author, Placement
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats
from ecosystem.schedule import Schedule
from ecosystem.stock import Post


class HumanCommunity(Author):
    """A community of human writers.

    Args:
        voices: by domain the (K, V) distribution it writes from: the truth through its topic
            profile, with its error rate.
        passed_off: share of its documents that were written by models, 0 to 1. They stand on
            the shelves of synthetic documents (true origin) but on its sites.
    """

    def __init__(
        self,
        model: Ecosystem,
        name: str,
        row: int,
        volumes: Mapping[str, Schedule],
        placement: Placement,
        voices: Mapping[str, Floats],
        passed_off: float = 0.0,
    ) -> None:
        super().__init__(model, name, row, volumes, placement)
        self.passed_off = passed_off
        for domain, voice in voices.items():
            stock = model.stocks[domain]
            stock.human(row, voice)
            stock.author_node[row] = model.founder(domain, name)

    def publish(self) -> None:
        """Announce this step's batches; passed-off text is by the models, by their volume."""
        step = self.model.steps
        models = self.model.writers(step) if self.passed_off > 0 else []
        for domain, stock in self.model.stocks.items():
            volume = self.volume(domain, step)
            sites, shares = self.placement
            if volume <= 0 or not sites.size:
                continue
            output = [model.volume(domain, step) for model in models]
            total = fsum(output)  # the same bits in any order, and with one silent model more
            borrowed = self.passed_off if total > 0 else 0.0
            stock.post(Post(self.row, (1 - borrowed) * volume, sites, shares, False))
            if borrowed:
                for model, written in zip(models, output, strict=True):
                    part = borrowed * volume * (written / total)
                    stock.post(Post(model.row, part, sites, shares, True))
