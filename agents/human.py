"""Humans: communities that write what is true, through what they care about, with errors."""

from collections.abc import Mapping
from math import fsum
from typing import Any

import numpy as np

from agents.author import Author, Placement
from agents.shortcut import Shortcut, gain
from ecosystem.ecosystem import Ecosystem
from ecosystem.ledger import Node
from ecosystem.posting import Post
from ecosystem.sampling import Floats
from ecosystem.schedule import Schedule


class HumanCommunity(Author):
    """A community of human writers.

    Args:
        voices: by domain the (K, V) distribution it writes from: the truth through its topic
            profile, with its error rate.
        passed_off: share of its documents that were written by models, 0 to 1. They stand on
            the shelves of synthetic documents (true origin) but on its sites.
        shortcut: how its members choose to learn through models; None: all learn in full.

    Attributes:
        own: by domain (cells,) what it writes of what it learnt from the world.
        founders: by domain the ledger's number of what it learnt from the world.
        gains: by domain what learning in full, and through a model, is estimated to gain.
        relies: by domain the share of its members that now learn through models.
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
        shortcut: Shortcut | None = None,
    ) -> None:
        super().__init__(model, name, row, volumes, placement)
        self.passed_off = passed_off
        self.shortcut = shortcut
        self.own = {domain: voice.ravel() for domain, voice in voices.items()}
        self.founders: dict[str, int] = {}
        self.gains = {domain: np.full(2, np.nan) for domain in voices}
        self.relies = dict.fromkeys(voices, 0.0)
        for domain, voice in voices.items():
            stock = model.stocks[domain]
            stock.human(row, voice)
            self.founders[domain] = stock.author_node[row] = model.founder(domain, name, voice)

    def publish(self) -> None:
        """Announce this step's batches; passed-off text is by the models, by their volume."""
        if self.shortcut is not None:
            for domain in self.model.stocks:
                self._learn(domain, self.shortcut)
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

    def _learn(self, domain: str, shortcut: Shortcut) -> None:
        """Members choose how to learn, and write what they then believe."""
        world, stock = self.model, self.model.stocks[domain]
        models = [m for m in world.present() if domain in m.learners]
        models = [m for m in models if not m.learners[domain].blank]
        if not models:
            self.relies[domain] = stock.author_depth[self.row] = 0.0
            stock.human(self.row, self.own[domain])
            if stock.watch is not None:
                stock.watch.learn(self.row, world.steps, self.own[domain], 0.0, [])
            stock.author_node[self.row] = self.founders[domain]
            return
        rows = sorted(m.row for m in models)
        asked = np.full(len(rows), 1 / len(rows))
        narrow = sum(stock.voices[row] for row in rows) / len(rows)  # in order: the same bits
        truth, public = world.domains[domain].truth().ravel(), stock.standing()
        gained = np.array([gain(truth, public, voice) for voice in (self.own[domain], narrow)])
        self.gains[domain] = shortcut.estimate(self.gains[domain], gained)
        short = shortcut.through_models(*self.gains[domain].tolist())
        self.relies[domain] = short
        stock.human(self.row, (1 - short) * self.own[domain] + short * narrow)
        if stock.watch is not None:
            own = (1 - short) * self.own[domain]
            stock.watch.learn(self.row, world.steps, own, short / len(rows), rows)
        stock.author_depth[self.row] = short * fsum(stock.author_depth[rows]) / len(rows)
        parents = [(self.founders[domain], 1 - short)]
        parents += zip(stock.author_node[rows].tolist(), (short * asked).tolist(), strict=True)
        node = Node("learning", world.steps, domain, self.name)
        stock.author_node[self.row] = world.ledger.node(node, [p for p in parents if p[1] > 0])

    def state(self) -> dict[str, Any]:
        gains = {f"gains/{domain}": value for domain, value in self.gains.items()}
        relies = {f"relies/{domain}": np.array(value) for domain, value in self.relies.items()}
        return {**super().state(), **gains, **relies}

    def load(self, state: Mapping[str, Any]) -> None:
        super().load(state)
        self.gains = {domain: state[f"gains/{domain}"] for domain in self.gains}
        self.relies = {domain: float(state[f"relies/{domain}"]) for domain in self.relies}
