"""The loop: publish, crawl, retrain, measure."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import fsum
from typing import Any

import mesa
import numpy as np

from ecosystem.corpus import Batch, Corpus
from ecosystem.crawl import Crawl
from ecosystem.domains.domain import Domain, RowsDomain
from ecosystem.draws import Draws
from ecosystem.ledger import Ledger, Node
from ecosystem.policies.policy import Lesson, Policy
from ecosystem.reader import Readers
from ecosystem.row_stock import RowStock
from ecosystem.sampling import Floats
from ecosystem.shelves import Marking
from ecosystem.stock import Stock
from ecosystem.training import record
from ecosystem.web import Site


class Ecosystem(mesa.Model):
    """A world of authors, sites and readers.

    Each step runs the visible phases of `PHASES`, in that order, and each phase is one call on
    the agents. Within a phase no agent sees another's new output. Row 0 is the start, measured
    before anything runs; the first loop is step 1. Mesa's own random generators are not used:
    `draws` is the only source of randomness.

    Args:
        domains: the fields of knowledge, by name.
        sites: every site by itself (groups already taken apart).
        authors: names of all humans and models, in the order of their rows.
        attention: (sites,) attention per document.
        eta: exponent of a site's stock in its pull on readers.
        draws: the random streams of this run.
        policies: in the order in which they act, bound to this run.
        ledger: where ancestry is recorded.

    Attributes:
        stocks: what stands on the web and what its authors would write, by domain.
        crawls: this step's reading, by domain.
        datacollector: reads the meters; none where nothing is measured.
        read_synthetic: by domain (authors,) synthetic share of what each last crawled.
        read_depth: by domain (authors,) mean model passages since a human of the same.
        read_documents: by domain (authors,) documents each last crawled.
    """

    PHASES = ("publish", "crawl", "retrain", "measure")

    def __init__(
        self,
        domains: Mapping[str, Domain],
        sites: Sequence[Site],
        authors: Sequence[str],
        attention: Floats,
        eta: float,
        draws: Draws,
        policies: Sequence[Policy] = (),
        ledger: Ledger | None = None,
    ) -> None:
        super().__init__(rng=0)
        self.domains = dict(domains)
        self.sites = list(sites)
        self.attention = attention
        self.eta = eta
        self._attention, self._eta = attention.copy(), eta
        self.draws = draws
        self.ledger = ledger or Ledger(on=False)
        self.policies = list(policies)
        self.stocks = {
            name: stock_of(domain)(domain, self.sites, list(authors), draws, self.ledger)
            for name, domain in self.domains.items()
        }
        self.crawls: dict[str, Crawl] = {}
        self._models: list[Any] = []
        self._due = mesa.agent.AgentSet([], random=self.random)
        self._together_last: tuple[list[Any], mesa.agent.AgentSet] = [], self._due
        self._read_last: dict[str, Readers] = {}
        self._teaching: list[Policy] = []
        self.datacollector: Any = None
        size = len(authors)
        self.read_synthetic = {name: np.full(size, np.nan) for name in self.domains}
        self.read_depth = {name: np.full(size, np.nan) for name in self.domains}
        self.read_documents = {name: np.zeros(size) for name in self.domains}

    # ------------------------------------------------------------------ the loop

    def step(self) -> None:
        """One step: the phases, in order."""
        for phase in self.PHASES:
            getattr(self, phase)()

    def publish(self) -> None:
        """Humans and models write; what they wrote stands on the web when the phase ends."""
        for author in self.agents:
            author.factor = 1.0
        self.attention, self.eta = self._attention.copy(), self._eta
        for policy in self._acting("steer"):
            policy.steer(self)
        self._correct(self._acting("correct"))
        self.agents.do("publish")
        marking = self._marking(self._acting("mark"))
        for stock in self.stocks.values():
            for policy in self._acting("mark"):
                judge = self._marking([policy])
                if policy.judges_at(self.steps) and judge is not None:
                    stock.mark_standing(self.steps, policy.name, judge)
            stock.settle(self.steps, marking)

    def crawl(self) -> None:
        """Models whose turn it is draw their training sets."""
        self._crawl(self.due())

    def _crawl(self, due: mesa.agent.AgentSet) -> None:
        self._due = due
        self.crawls = {}
        for model in self._models:
            model.training = {}  # the last ones are not needed while the next are drawn
        filters = self._filters("keep", due), self._filters("ration", due)
        self.crawls = {
            name: Crawl(stock, readers, self.attention, self.eta, self.steps, *filters)
            for name, stock in self.stocks.items()
            if (readers := self._readers(name, due))
        }
        self._teaching = self._acting("teach")
        due.do("crawl")

    def retrain(self) -> None:
        """They learn from them, and become their next generation."""
        for group in self._due.groupby("cohort", "list").groups.values():
            group[0].retrain(group)
        for stock in self.stocks.values():
            stock.renew()
        for name, crawl in self.crawls.items():
            models = [model for model in self._due if name in model.readers]
            record(self, name, crawl, models)
        for name, stock in self.stocks.items():
            self.ledger.retire(
                name, np.concatenate([stock.node, stock.author_node, stock.training_node])
            )

    def measure(self) -> None:
        """Meters read the world."""
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def first_training(self, rounds: Mapping[str, int]) -> None:
        """Fit models, so many times each, to what their diets find on the web of row 0.

        The rounds are the steps -(rounds - 1) to 0; what comes of them is generation 1.
        """
        for step in range(1 - max(rounds.values()), 1):
            self.steps = step
            waiting = [model for model in self._models if rounds.get(model.name, 0) > -self.steps]
            chosen = self._together(waiting)
            self._crawl(chosen)
            for model in chosen:
                model.generation = 0
            self.retrain()

    # ------------------------------------------------------------------ who and what

    def register_agent(self, agent: Any) -> None:
        """Take in an author, when it is made."""
        super().register_agent(agent)
        if agent.synthetic:
            self._models.append(agent)

    def deregister_agent(self, agent: Any) -> None:
        """Let an author go for good (a model that leaves the story stays, silent)."""
        super().deregister_agent(agent)
        self._models = [model for model in self._models if model is not agent]

    def due(self) -> mesa.agent.AgentSet:
        """The models that crawl and retrain at this step."""
        return self._together([model for model in self._models if model.due(self.steps)])

    def models(self) -> list[Any]:
        """All models, present or not, in the order of their rows."""
        return list(self._models)

    def present(self) -> list[Any]:
        """The models that exist at this step."""
        return [model for model in self._models if model.cadence.present(self.steps)]

    def writers(self, step: int) -> list[Any]:
        """The models that publish at a step."""
        return [model for model in self._models if model.cadence.publishes(step)]

    def founder(self, domain: str, name: str, voice: Floats) -> int:
        """Record a human community as a source of its own, which writes so, (items, values)."""
        false = float(voice[:, 1:].sum())  # where items have values, the first is the truth
        node = Node("founder", 0, domain, name, invented=false)
        return self.ledger.node(node, topics=voice.sum(axis=1))

    def training_set(self, model: Any, domain: str) -> Corpus:
        """What one model drew, as its policies let it be taught."""
        corpus: Corpus = self.crawls[domain].draw(model.name)
        for policy in self._teaching:
            if policy.heeds(model.name) and corpus.size > 0:
                rng = self.draws.stream(f"teach:{policy.name}", self.steps, model.name, domain)
                lesson = Lesson(self.domains[domain], model.learners[domain], rng)
                corpus = policy.teach(corpus, lesson)
        return corpus

    def _together(self, models: list[Any]) -> mesa.agent.AgentSet:
        """Models as a set of agents; the same object as long as they are the same."""
        if models != self._together_last[0]:
            self._together_last = models, mesa.agent.AgentSet(models, random=self.random)
        return self._together_last[1]

    def _readers(self, domain: str, due: mesa.agent.AgentSet) -> Readers:
        """Those of the models that read a domain; the same object as long as they are the same."""
        readers = Readers(model.readers[domain] for model in due if domain in model.readers)
        if readers != self._read_last.get(domain):
            self._read_last[domain] = readers
        return self._read_last[domain]

    def _acting(self, hook: str) -> list[Policy]:
        return [p for p in self.policies if p.acts(self.steps) and p.overrides(hook)]

    def _filters(self, hook: str, due: mesa.agent.AgentSet) -> dict[str, list[Any]]:
        """By reader, this hook of the policies that act and that it heeds, if there are any."""
        acting = self._acting(hook)
        return {
            model.name: heeded
            for model in (due if acting else ())
            if (heeded := [getattr(p, hook) for p in acting if p.heeds(model.name)])
        }

    def _correct(self, acting: Sequence[Policy]) -> None:
        """What stands on the web and is wrong is put right."""
        for policy in acting:
            for stock in self.stocks.values():
                stock.put_right(self.steps, policy.name, policy.correct)

    def _marking(self, policies: Sequence[Policy]) -> Marking | None:
        if not policies:
            return None

        def marking(batch: Batch) -> dict[frozenset[str], float]:
            return _strata([(dict(policy.mark(batch)), policy.exclusive) for policy in policies])

        return marking


def stock_of(domain: Domain) -> type[Any]:
    """The class of stock that a domain's documents stand in."""
    return RowStock if isinstance(domain, RowsDomain) else Stock


def _strata(rules: Sequence[tuple[Mapping[str, float], bool]]) -> dict[frozenset[str], float]:
    """Probability of every set of marks: each mark independent of the others, or one of a rule.

    Args:
        rules: marks with their probabilities, and whether they exclude each other.
    """
    strata: dict[frozenset[str], float] = {frozenset(): 1.0}
    for marks, exclusive in rules:
        for lot in [marks] if exclusive else [{mark: p} for mark, p in marks.items()]:
            options = [(frozenset[str](), 1.0 - fsum(lot.values()))]
            options += [(frozenset({mark}), p) for mark, p in lot.items()]
            found: dict[frozenset[str], float] = {}
            for (before, share), (given, p) in product(strata.items(), options):
                if share * p > 0:
                    found[before | given] = found.get(before | given, 0.0) + share * p
            strata = found
    return strata
