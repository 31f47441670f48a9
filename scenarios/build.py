"""From a scenario to a world at row 0."""

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np

import agents.learners
import ecosystem.domains
from agents.human import HumanCommunity
from agents.learners.learner import Learner
from agents.model_agent import Cadence, ModelAgent
from analysis.collector import Collector
from analysis.prevalence import PrevalenceCollector
from ecosystem import sampling
from ecosystem.claim import Claim
from ecosystem.claim_watch import ClaimWatch
from ecosystem.diet import Take
from ecosystem.discovery import discover
from ecosystem.domains.domain import Domain
from ecosystem.domains.tables import natural_order
from ecosystem.draws import Draws
from ecosystem.ecosystem import Ecosystem
from ecosystem.ledger import Ledger, Node
from ecosystem.novelty import Novelty
from ecosystem.posting import Post
from ecosystem.reader import Reader
from ecosystem.sampling import Floats
from ecosystem.shelves import Ints
from ecosystem.stock import Stock
from ecosystem.web import attention
from scenarios.fields import in_domain
from scenarios.members import SiteIndex, allowed, bound_policies, group_names, members
from scenarios.parts import Fitted, Given, Humans, Models, Noise, Truth
from scenarios.scenario import Scenario
from scenarios.tastes import balanced_topics

MOST_KIN = 300
"""Authors and shelves (two a site) up to which kinship is kept without being asked for."""


def build(
    scenario: Scenario,
    replicate: int = 0,
    ledger_folder: Path | None = None,
    claims: Sequence[Claim] = (),
    trained: bool = True,
) -> Ecosystem:
    """The world of a scenario at row 0, measured.

    Args:
        scenario: what to build.
        replicate: draws from (seed, replicate).
        ledger_folder: where long ledgers are spilled.
        claims: falsehoods to watch from the first document on; where there are any, the world
            collects their prevalence and nothing else.
        trained: whether models are trained on what their diets find, and row 0 is measured; not
            where a checkpoint says what came of it.

    Raises:
        ValueError: what only shows with the data at hand (a bad table, an unknown group or claim).
    """
    return _Builder(scenario, replicate, ledger_folder, claims, trained).world


class _Builder:
    def __init__(
        self,
        scenario: Scenario,
        replicate: int,
        ledger_folder: Path | None,
        claims: Sequence[Claim],
        trained: bool,
    ) -> None:
        self.scenario = scenario
        self.draws = Draws(scenario.seed, replicate)
        self.folder = scenario._folder
        self.sites = members(scenario.sites)
        self.index = SiteIndex(scenario.sites, self.sites)
        # rows in the order of names, so that no sum's last bit knows the scenario's order: where
        # items weigh exactly alike, one bit decides numpy's draws
        self.humans = sorted(members(scenario.humans), key=_by_name)
        self.models = sorted(members(scenario.models), key=_by_name)
        self.groups = group_names([*scenario.humans, *scenario.models])
        self.domains = make_domains(scenario)
        pull = attention(scenario.web, self.sites, self.draws, self.folder)
        self.world = Ecosystem(
            self.domains,
            self.sites,
            [author.name for author in [*self.humans, *self.models]],
            pull,
            scenario.web.eta,
            self.draws,
            bound_policies(scenario, self.draws),
            self._ledger(ledger_folder),
        )
        self._watch(claims)
        self.communities: list[HumanCommunity] = []
        self._begun: list[tuple[Stock, int, Node, list[tuple[int, float]], Floats | None]] = []
        self._add_humans()
        self._fill_web()
        self._let_novelty()
        self._add_models()
        self.world.datacollector = PrevalenceCollector() if claims else Collector(scenario)
        if trained:
            self._train_first()
            self.world.measure()

    def _watch(self, claims: Sequence[Claim]) -> None:
        """Have the stocks of watched claims listened to."""
        for name in dict.fromkeys(claim.domain for claim in claims):
            stock = self.world.stocks[name]
            own = [claim.place(stock.domain) for claim in claims if claim.domain == name]
            stock.watch = ClaimWatch(stock, own)

    def _ledger(self, folder: Path | None) -> Ledger:
        """A ledger as asked for, with kinship as asked or where it costs little; or as needed."""
        kinship = self.scenario.kinship
        if kinship == "auto":
            kinship = len(self.humans) + len(self.models) + 2 * len(self.sites) <= MOST_KIN
        needed = any(policy.needs_kinship for policy in self.scenario.policies)
        return Ledger(self.scenario.ledger or needed, folder=folder, kinship=kinship or needed)

    # ------------------------------------------------------------------ humans

    def _add_humans(self) -> None:
        topics = {
            d: balanced_topics(self.humans, self.domains[d], self.draws) for d in self.domains
        }
        for row, spec in enumerate(self.humans):
            voices = {
                name: domain.truth(in_domain(spec.error, name) or 0.0, topics[name][row])
                for name, domain in self.domains.items()
            }
            community = HumanCommunity(
                self.world,
                spec.name,
                row,
                self._volumes(spec),
                self.index.placement(spec.writes),
                voices,
                spec.passed_off,
                spec.shortcut,
            )
            self.communities.append(community)

    def _volumes(self, spec: Humans | Models) -> dict[str, Any]:
        schedules = {name: in_domain(spec.volume, name) for name in self.domains}
        return {name: schedule for name, schedule in schedules.items() if schedule is not None}

    def _human_weights(self, domain: str) -> Floats:
        """Share of each community in human writing at row 0, equal where none writes."""
        volumes = np.array([author.volume(domain, 0) for author in self.communities])
        if volumes.size == 0:
            return volumes
        total = fsum(volumes)  # no last bit of it is due to those who are silent
        return volumes / total if total else np.full(volumes.size, 1 / volumes.size)

    def _human_voice(self, domain: str) -> Floats:
        """(K, V) what humans write on average; the bare truth where there are none."""
        weights = self._human_weights(domain)
        if weights.size == 0:
            return self.domains[domain].truth()
        writing = np.flatnonzero(weights)
        voices = self.world.stocks[domain].human_voices()[writing]
        return np.asarray(weights[writing] @ voices).reshape(self.domains[domain].shape)

    def _fill_web(self) -> None:
        """Human documents standing on the web at row 0."""
        for name, stock in self.world.stocks.items():
            everyone = self._human_weights(name)
            written = np.zeros((everyone.size, len(self.sites)))
            for row, human in enumerate(self.communities):
                places, shares = human.placement
                written[row, places] = human.volume(name, 0) * shares
            for at, site in enumerate(self.sites):
                here = written[:, at]
                if site.start == "stationary":
                    volumes = here / (1.0 - site.survival)
                elif site.start > 0:
                    if everyone.size == 0:
                        raise ValueError(
                            f"sites.{site.name}.start: given {site.start:g} human documents, but "
                            "no human community is there to have written them; allowed 0"
                        )
                    mix = here / here.sum() if here.sum() else everyone
                    volumes = site.start * mix
                    if site.documents == "finite" and site.volume == "exact":
                        volumes = sampling.whole_parts(round(site.start), mix).astype(np.float64)
                else:
                    continue
                for row in np.flatnonzero(volumes).tolist():
                    place = np.array([at], dtype=np.int64)
                    stock.post(Post(row, float(volumes[row]), place, np.ones(1), synthetic=False))
            stock.settle(0)
            stock.published[:] = 0.0  # the start was not published in a step

    # ------------------------------------------------------------------ models

    def _add_models(self) -> None:
        kinds = discover(agents.learners, Learner)
        tried: set[tuple[str, str]] = set()
        for row, spec in enumerate(self.models, start=len(self.humans)):
            learners, readers = {}, {}
            for name, domain in self.domains.items():
                options, diet = in_domain(spec.learner, name), in_domain(spec.diet, name)
                decoding = in_domain(spec.decoding, name)
                if options is None or diet is None:
                    continue
                if decoding is None:
                    decoding = type(spec).model_fields["decoding"].default
                learners[name] = kinds[options.kind](domain, options, decoding)
                if (which := (name, options.model_dump_json())) not in tried:
                    tried.add(which)
                    self._try_out(learners[name], spec, name)
                takes = [self._reach(spec, i, take) for i, take in enumerate(diet.takes)]
                readers[name] = Reader(spec.name, row, diet, tuple(takes))
            model = ModelAgent(
                self.world,
                spec.name,
                row,
                {k: v for k, v in self._volumes(spec).items() if k in learners},
                self.index.placement(spec.writes),
                learners,
                readers,
                Cadence(spec.every, spec.offset, spec.join, spec.leave),
            )
            for name in learners:
                self._begin(model, spec, name)
        self._recorded()

    def _train_first(self) -> None:
        """Train the models that start from what their diets find."""
        rounds = {
            spec.name: spec.start.rounds
            for spec in self.models
            if isinstance(spec.start, Fitted) and spec.start.source == "diet"
        }
        if rounds:
            self.world.first_training(rounds)
        for model in (m for m in self.world.models() if m.name in rounds):
            for name, learner in model.learners.items():
                if learner.blank:
                    raise ValueError(
                        f"models.{model.name}.start: source 'diet' finds no documents on {name} at "
                        "row 0; allowed where its sources have a start of their own"
                    )

    @staticmethod
    def _try_out(learner: Learner, spec: Models, name: str) -> None:
        """Let a learner find out whether it can be fitted."""
        try:
            learner.try_out()
        except ValueError as error:
            raise ValueError(f"models.{spec.name}.{error} (domain {name!r})") from error

    def _reach(self, spec: Models, i: int, take: Take) -> tuple[Ints, Floats]:
        """Sites a take reaches and the reader's affinity to each, above 0."""
        rows = np.array(
            [
                row
                for row in self.index.sources(take.source)
                if allowed(self.sites[row].readers, spec.name, self.groups)
            ],
            dtype=np.int64,
        )
        taste = np.ones(rows.size)
        if isinstance(take.affinity, dict):
            weight = np.zeros(len(self.sites))
            for reference, value in take.affinity.items():
                weight[self.index.find(reference)] = value
            taste = weight[rows]
        elif take.affinity is not None:
            taste = self._drawn_taste(f"{spec.name}#{i}", rows, take.affinity)
        return rows[taste > 0], taste[taste > 0]

    def _drawn_taste(self, who: str, rows: Ints, concentration: float) -> Floats:
        """Tastes from a Dirichlet, the largest 1.

        A Dirichlet is a row of gammas, scaled; each has a stream of its own, so that one more
        site leaves the taste for the others as it was. In logarithms, since small ones
        underflow: G(c) = G(c + 1) U^(1/c).
        """
        logs = np.empty(rows.size)
        for at, row in enumerate(rows.tolist()):
            rng = self.draws.stream("affinity", 0, f"{who}>{self.sites[row].name}")
            gamma, uniform = rng.standard_gamma(concentration + 1.0), 1.0 - rng.random()
            logs[at] = np.log(gamma) + np.log(uniform) / concentration
        return np.exp(logs - logs.max())

    def _begin(self, model: ModelAgent, spec: Models, name: str) -> None:
        """Give a model its state at row 0 in one domain."""
        world, domain, learner = self.world, self.domains[name], model.learners[name]
        stock, start = world.stocks[name], spec.start
        diet = model.readers[name].diet
        documents = float(diet.documents or max(stock.size.sum(), 1.0))
        rng = self.draws.stream("start", 0, model.name, name)
        parents, begun = self._human_weights(name), self._human_voice(name)
        law, size = "pool", float("inf")
        if stock.watch is not None:
            stock.watch.ask(learner)
        if isinstance(start, Fitted) and start.source == "diet":
            return
        if isinstance(start, Fitted):
            documents = float(start.documents or documents)
            given = stock.human_corpus(begun, int(documents), rng)
            learner.fit(given, self.draws.stream("guess", 0, model.name, name))
            model.generation, law, size = 1, "multinomial", documents
            world.read_synthetic[name][model.row] = 0.0
            world.read_depth[name][model.row] = 0.0
            stock.author_depth[model.row] = 1.0
        elif isinstance(start, Truth):
            given = begun
            learner.begin(given)
        else:
            given = begun = self._foreign(start, domain, name, rng)
            learner.begin(given)
            parents = np.zeros(0)
        stock.speak(model.row, learner.voice())
        if stock.watch is not None:
            stock.watch.begin(model, parents, given)
        world.read_documents[name][model.row] = documents
        # what no human wrote is an origin of its own
        kind = "training" if parents.size else "start"
        node = Node(kind, 0, name, model.name, size, model.generation, law, learner.invented)
        founders = stock.author_node[: parents.size].tolist()
        topics = None if parents.size else begun.sum(axis=1)
        linked = list(zip(founders, parents.tolist(), strict=True))
        self._begun.append((stock, model.row, node, linked, topics))

    def _recorded(self) -> None:
        """Record what models begin as, once all of them have: only then is it known what is new."""
        for stock in self.world.stocks.values():
            stock.renew()
        for stock, row, node, linked, topics in self._begun:
            known = replace(node, novel=float(stock.novel(np.array([row]))[0]))
            stock.author_node[row] = begin = self.world.ledger.node(known, linked, topics)
            if node.kind == "training":
                stock.training_node[row] = begin

    def _let_novelty(self) -> None:
        """Let the models that are to write of what is new do so."""
        for name, stock in self.world.stocks.items():
            share = np.zeros(len(self.humans) + len(self.models))
            for row, spec in enumerate(self.models, start=len(self.humans)):
                decoding = in_domain(spec.decoding, name)
                share[row] = 0.0 if decoding is None else decoding.novelty
            if share.any():
                stock.novelty = Novelty(share, self.domains[name].shape)

    @staticmethod
    def _foreign(
        start: Noise | Given, domain: Domain, name: str, rng: sampling.Generator
    ) -> Floats:
        """A start that no human wrote: noise, or a given distribution."""
        items = domain.shape[0]
        if isinstance(start, Noise):
            return domain.truth(0.0, rng.dirichlet(np.full(items, start.concentration)))
        given = np.array(start.topics.get(name, domain.topics), dtype=np.float64)
        if given.size != items or given.sum() <= 0:
            raise ValueError(
                f"models.start.topics.{name}: given {given.size} weights of sum "
                f"{given.sum():g}, allowed {items} with a sum above 0"
            )
        cells = np.zeros(domain.shape)
        cells[:, 0] = 1.0
        if domain.shape[1] > 1:
            wrong = domain.confusion.sum(axis=1) > 0
            cells[wrong, 0] = 1.0 - start.false
            cells[wrong, domain.confusion.argmax(axis=1)[wrong]] = start.false
        return cells * (given / given.sum())[:, None]


def _by_name(author: Humans | Models) -> Any:
    return natural_order(author.name)


def make_domains(scenario: Scenario) -> dict[str, Domain]:
    """The scenario's domains, their tables read."""
    kinds: dict[str, Any] = discover(ecosystem.domains, Domain)
    made = {}
    for name, spec in scenario.domains.items():
        try:
            made[name] = kinds[spec.kind](name, spec, scenario._folder)
        except ValueError as error:  # a file that cannot be used
            raise ValueError(f"domains.{name}: {error}") from error
    return made
