"""What happened in a step, in words: lines that were crossed, the weightiest first."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.exercise_view import PASS, ExerciseView
from analysis.figures import LEVELS, figures
from analysis.happening import Happening, News, counting, told
from analysis.latch import Bools, Latch, Places
from analysis.speech import Speech
from analysis.view import ONE_DOCUMENT, DomainView, View
from ecosystem.ecosystem import Ecosystem
from ecosystem.sampling import Floats

LASTING = 3
"""Readings in a row in which no model may know an item, or solve a case, for it to be forgotten:
rare ones come and go by chance, with every training set."""
AGAIN = 2.0
"""Expected documents of some model from which on a forgotten item is known again: twice what it
takes to be known."""
MOST_MODELS, FEW_MODELS = 1 / 2, 1 / 3
"""Of the models present: more than the first are wrong, no more than the second are again."""
FEWEST = 5
"""Documents on an item below which one document decides what the web says first of it."""
MARGIN = 1.25
"""Times as many documents as any falsehood that the truth needs to lead again."""
MAJORITY, MINORITY = 0.50, 0.45
"""Synthetic share of what a model reads."""
FILLED, CLEARED = 2 / 3, 0.60
"""Synthetic share of what stands on a site."""
SOLVED = PASS + 0.1
"""Share of the test that a model must get right of a case that none solved: four problems more."""
RECOVERED = 1.2
"""Times a level at which a figure that fell to it counts as above it again."""


class Chronicle:
    """Reads a world after every step and tells which lines were crossed since the last time.

    The first reading is the start, with which later ones are compared; it tells nothing. What is
    kept is a bit for every model and item, and a few numbers an item, a model and a site, however
    long the run is.

    Attributes:
        once: by domain (authors, items) whether each model ever knew an item, or solved a case.
    """

    def __init__(self) -> None:
        self.once: dict[str, Bools] = {}
        self._latches: dict[tuple[str, str], Latch] = {}
        self._missing: dict[str, Floats] = {}
        self._start: dict[tuple[str, str], float] = {}
        self._rare: dict[str, Places] = {}
        self._speech: dict[str, Speech] = {}

    def read(self, world: Ecosystem, views: Mapping[str, DomainView]) -> list[Happening]:
        """What happened since the last reading: `MOST` lines and one of the rest, at most.

        Args:
            world: right after a step.
            views: of the same step, by domain (`analysis.collector.current_views`).
        """
        news = [*self._readers(world), *self._sites(world)]
        for view in views.values():
            if isinstance(view, View):
                news += self._items(view)
            elif isinstance(view, ExerciseView) and view.has("accuracy"):
                news += self._cases(view)
            news += self._figures(view)
        return list(told(world.steps, news))

    # ------------------------------------------------------------------ what models know

    def _items(self, view: View) -> list[News]:
        if not view.documents.any():
            return []
        speech, name = self._words(view), view.domain.name
        self._remember(view, view.producible)
        expected = (view.documents[:, None] * view.topics).max(axis=0)
        known = expected >= ONE_DOCUMENT
        gone, back = self._known(name, known, expected >= AGAIN)
        news = [
            News("forgotten", speech.counted),
            News("returned", speech.counted),
        ]
        for i in _heaviest(gone, view.domain.topics):
            news[0].lines.append(_of(speech, i, "{} is no longer known to any model"))
        for i in _heaviest(back, view.domain.topics):
            news[1].lines.append(_of(speech, i, "{} is known to a model again"))
        if view.domain.fallible.any():
            news += self._believed(view, speech) + self._web(view, speech)
        return news

    def _believed(self, view: View, speech: Speech) -> list[News]:
        models, wrong = len(view.models), view.wrong.sum(axis=0)
        share = wrong / models
        risen, fallen = self._latch("believed", view.domain.name, share.size).read(
            share > MOST_MODELS, share <= FEW_MODELS
        )
        news = [
            News("believed", speech.counted),
            News("corrected", speech.counted),
        ]
        for i in _heaviest(risen, view.domain.topics, wrong):
            slot, count = int(view.votes[i].argmax()), int(wrong[i])
            verb = speech.wrongly(i, slot, int(view.votes[i, slot]), count)
            text = f"{count} of {models} models now {verb}"
            news[0].lines.append(_of(speech, i, text, slot))
        for i in _heaviest(fallen, view.domain.topics):
            few = f"only {wrong[i]} of {models} models {'is' if wrong[i] == 1 else 'are'}"
            few = few if wrong[i] else "no model is"
            text = f"{few} wrong on {{}} now"
            news[1].lines.append(_of(speech, i, text))
        return news

    def _web(self, view: View, speech: Speech) -> list[News]:
        true, false = view.web[:, 0], view.web[:, 1:].max(axis=1)
        risen, fallen = self._latch("web", view.domain.name, true.size).read(
            false > true, true >= MARGIN * false, view.web_topics >= FEWEST
        )
        news = [
            News("web false", speech.counted),
            News("web true", speech.counted),
        ]
        for i in _heaviest(risen, view.domain.topics):
            slot = 1 + int(view.web[i, 1:].argmax())
            value, truth = view.domain.label(i, slot), view.domain.label(i, 0)
            text = f"the web's leading claim about {{}} is now false ({value}; in truth {truth})"
            news[0].lines.append(_of(speech, i, text, slot))
        for i in _heaviest(fallen, view.domain.topics):
            text = "the web's leading claim about {} is true again"
            news[1].lines.append(_of(speech, i, text))
        return news

    def _cases(self, view: ExerciseView) -> list[News]:
        fit = view.accuracy[~np.isnan(view.accuracy).any(axis=1)]
        if not len(fit):
            return []
        self._remember(view, view.known)
        speech, best = self._words(view), fit.max(axis=0)
        gone, back = self._known(view.domain.name, best >= PASS, best >= SOLVED)
        news = [
            News("forgotten", speech.counted),
            News("returned", speech.counted),
        ]
        for i in _heaviest(gone, view.domain.topics):
            edge = ", an edge case" if view.domain.edge[i] else ""
            news[0].lines.append(_of(speech, i, f"no model solves {{}} any more{edge}"))
        for i in _heaviest(back, view.domain.topics):
            news[1].lines.append(_of(speech, i, "a model solves {} again"))
        return news

    def _remember(self, view: Any, known: Bools) -> None:
        shape = len(view.stock.authors), known.shape[1]
        self.once.setdefault(view.domain.name, np.zeros(shape, dtype=bool))[view.rows] |= known

    def _known(self, domain: str, known: Bools, again: Bools) -> tuple[Places, Places]:
        """What was lost, and found again, of what some model knew at some time."""
        missing = self._missing.get(domain, np.full(known.size, np.inf))
        missing = self._missing[domain] = np.where(known, 0.0, missing + 1)
        latch = self._latch("known", domain, known.size)
        return latch.read(missing >= LASTING, again, np.isfinite(missing))

    # ------------------------------------------------------------------ figures of a domain

    def _figures(self, view: DomainView) -> list[News]:
        """Figures that fell to three quarters, half or a quarter of what they were at the start."""
        name, news = view.domain.name, []
        if isinstance(view, View) and name not in self._rare:
            self._rare[name] = view.rare_half[view.producible[:, view.rare_half].any(axis=0)]
        for what, (value, falls, rises) in figures(view, self._rare.get(name)).items():
            start = self._start.setdefault((what, name), value)
            if not start > 0:
                continue
            ratio, levels = value / start, np.array([level for level, *_ in LEVELS])
            fallen, risen = self._latch(what, name, levels.size).read(
                ratio <= levels, ratio >= RECOVERED * levels
            )
            one = News("figure", counting("figure"))
            if fallen.size:
                _, left, lost = LEVELS[fallen.max()]
                one.lines.append({"text": falls.format(left=left, lost=lost), "domain": name})
            elif risen.size:
                _, left, lost = LEVELS[risen.min()]
                one.lines.append({"text": rises.format(left=left, lost=lost), "domain": name})
            news.append(one)
        return news

    # ------------------------------------------------------------------ who reads what

    def _readers(self, world: Ecosystem) -> list[News]:
        """Models that came to read more synthetic than human text, all domains together."""
        read = np.array(list(world.read_documents.values()))
        synthetic = np.nan_to_num(np.array(list(world.read_synthetic.values())))
        whole = read.sum(axis=0)
        share = (read * synthetic).sum(axis=0) / np.where(whole > 0, whole, 1.0)
        present = {model.row: model.name for model in world.present()}
        known = (whole > 0) & np.isin(np.arange(whole.size), list(present))
        risen, fallen = self._latch("reads", "", share.size).read(
            share > MAJORITY, share < MINORITY, known
        )
        news = []
        for kind, rows, says in (
            ("reads synthetic", risen, "more synthetic than human text"),
            ("reads human", fallen, "more human than synthetic text again"),
        ):
            one = News(kind, counting("model"))
            for row in _heaviest(rows, whole):
                text = f"{present[row]} now reads {says}"
                one.lines.append({"text": text, "who": present[row]})
            news.append(one)
        return news

    def _sites(self, world: Ecosystem) -> list[News]:
        """Sites that came to be mostly synthetic, all domains together."""
        held = held_by_site(world)
        whole = held.sum(axis=1)
        share = held[:, 1] / np.where(whole > 0, whole, 1.0)
        risen, fallen = self._latch("site", "", whole.size).read(
            share > FILLED, share < CLEARED, whole > 0
        )
        news = []
        for kind, rows, says in (
            ("filled", risen, "now more than two thirds synthetic"),
            ("cleared", fallen, "less than two thirds synthetic again"),
        ):
            one = News(kind, counting("site"))
            for row in _heaviest(rows, world.attention * whole):
                name = world.sites[row].name
                one.lines.append({"text": f"site {name} is {says}", "who": name})
            news.append(one)
        return news

    def _latch(self, what: str, domain: str, size: int) -> Latch:
        return self._latches.setdefault((what, domain), Latch(size))

    def _words(self, view: DomainView) -> Speech:
        name = view.domain.name
        if name not in self._speech:
            self._speech[name] = Speech.of(view.domain)
        return self._speech[name]


def held_by_site(world: Ecosystem) -> Floats:
    """(sites, 2) documents by humans and by models that stand on each site, all domains."""
    held = np.zeros(2 * len(world.sites))
    for stock in world.stocks.values():
        place = [2 * shelf.site + shelf.synthetic for shelf in stock.shelves]
        held += np.bincount(place, stock.size[: len(place)], held.size)
    return held.reshape(-1, 2)


def _of(speech: Speech, item: int, text: str, slot: int | None = None) -> dict[str, str]:
    """A line about an item, whose name goes into the text; about a claim, where a slot is given."""
    domain = speech.domain
    about = {"domain": domain.name, "item": domain.items[item]}
    if slot is not None:
        about["value"] = domain.label(item, slot)
    return {"text": text.replace("{}", speech.named(item)), **about}


def _heaviest(places: Places, *weights: Any) -> list[int]:
    """Places by the last of some weights, the largest first; of equals by the one before it."""
    order = np.lexsort((places, *(-np.asarray(each)[places] for each in weights)))
    return [int(place) for place in places[order]]
