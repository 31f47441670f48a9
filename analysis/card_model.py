"""The card of a model: what it reads, what it has forgotten, what it believes wrongly."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.card_parts import (
    LISTED,
    PLACES,
    WRITTEN,
    Line,
    Section,
    claim,
    in_words,
    largest,
    line,
    rows_in_words,
    section,
)
from analysis.collector import definitions
from analysis.exercise_view import ExerciseView
from analysis.latch import Bools
from analysis.row_view import RowView
from analysis.view import DomainView, View
from analysis.wording import number
from ecosystem.corpus import Counts
from ecosystem.ecosystem import Ecosystem


def model_sections(
    world: Ecosystem, views: Mapping[str, DomainView], model: Any, once: Mapping[str, Bools]
) -> list[Section]:
    """What there is to say of a model; of one that is not there only that."""
    if not model.cadence.present(world.steps):
        gone = line("present", "no", "Whether the model exists at this step.")
        return [section("Now", [gone])]
    means = "0: a start at a given distribution; 1: fitted to human text; one more a retraining."
    now = section("Now", [line("generation", number(model.generation), means)])
    mine = {name: view for name, view in views.items() if model in view.models}
    return [
        now,
        _diet(world, mine, model),
        _inbreeding(mine, model),
        _forgotten(mine, model, once),
        _mistaken(mine, model),
        section("What it would write now", [], documents=_by_model(mine, model)),
    ]


def _diet(world: Ecosystem, views: Mapping[str, DomainView], model: Any) -> Section:
    """Documents and origin by domain, then the sites of this step's crawl, all domains together."""
    row, lines = model.row, []
    means = definitions()["synthetic_training"].text
    read = np.zeros((len(world.sites), 2))
    for name in views:
        documents = world.read_documents[name][row]
        share = world.read_synthetic[name][row]
        by = f", {number(share, 'share')} by models" if np.isfinite(share) else ""
        text = f"{number(documents)} documents{by}"
        lines.append(line(name, text, f"Documents it last read. {means}"))
        crawl = world.crawls.get(name)
        if crawl is None or model.name not in crawl.readers.row_of:
            continue
        at = crawl.readers.row_of[model.name]
        span = slice(int(crawl.shares.indptr[at]), int(crawl.shares.indptr[at + 1]))
        for shelf, part in zip(crawl.shares.indices[span], crawl.shares.data[span], strict=True):
            where = crawl.stock.shelves[int(shelf)]
            read[where.site, int(where.synthetic)] += part * documents
    whole = read.sum(axis=1)
    means = "Expected share of what it read in this step that stood there; of it, by models."
    for site in largest(whole, PLACES):
        by = number(read[site, 1] / whole[site], "share")
        text = f"{number(whole[site] / whole.sum(), 'share')}, {by} of it by models"
        lines.append(line(world.sites[site].name, text, means))
    return section("Diet", lines)


def _inbreeding(views: Mapping[str, DomainView], model: Any) -> Section:
    lines, means = [], definitions()["inbreeding"].text
    for name, view in views.items():
        training = int(view.stock.training_node[model.row])
        if view.kinship is None:
            text = "not kept in this run"
        elif training < 0:
            text = "not defined: it was never trained"
        else:
            text = number(float(view.kinship.inbreeding(np.array([training]))[0]))
        lines.append(line(name, text, means))
    return section("Inbreeding coefficient", lines)


def _forgotten(views: Mapping[str, DomainView], model: Any, once: Mapping[str, Bools]) -> Section:
    lines = []
    for name, view in views.items():
        if isinstance(view, View):
            knows = view.producible[view.models.index(model)]
            rare = view.rare_half
            text = f"{(~knows[rare]).sum()} of {rare.size}"
            means = "Of the rarest half of items, those it would not write once in what it read."
            lines.append(line(f"{name}: rare ones it cannot write of", text, means))
            did, what = once.get(name), "could write of"
            means = "Items that it would once have written of in what it read, and now would not."
        elif isinstance(view, ExerciseView) and view.has("accuracy"):
            knows = view.known[view.models.index(model)]
            did, what = once.get(name), "solved"
            means = "Cases of which it once got half of the test right, and does no more."
        else:
            continue
        if did is not None:
            lost = np.flatnonzero(did[model.row] & ~knows)
            heaviest = lost[np.argsort(-view.domain.topics[lost], kind="stable")][:LISTED]
            listed = ", ".join(view.domain.items[i] for i in heaviest.tolist())
            text = f"{lost.size} of {did[model.row].sum()}{': ' * bool(listed)}{listed}"
            lines.append(line(f"{name}: forgotten of what it once {what}", text, means))
    return section("What it has forgotten", lines)


def _mistaken(views: Mapping[str, DomainView], model: Any) -> Section:
    lines, claims = [], []
    for name, view in views.items():
        if not isinstance(view, View) or not view.domain.fallible.any():
            continue
        at = view.models.index(model)
        slots, knows = view.leading[at], int(view.producible[at].sum())
        wrong = np.flatnonzero(view.wrong[at])
        text = f"{wrong.size} of {knows}"
        means = "Items it writes of, those on which a wrong value is the one it asserts most."
        lines.append(line(f"{name}: wrong", text, means))
        expected = view.cells[at, wrong, slots[wrong]] * view.documents[at]
        for i in np.argsort(-expected, kind="stable")[:LISTED].tolist():
            item = int(wrong[i])
            claims.append(claim(view, item, int(slots[item]), documents=float(expected[i])))
    claims.sort(key=lambda each: -each["documents"])
    return section("What it believes wrongly", lines, claims=claims[:LISTED])


def _by_model(views: Mapping[str, DomainView], model: Any) -> list[Line]:
    written: list[Line] = []
    for name, view in views.items():
        learner = model.learners[name]
        if learner.blank:
            continue
        rng = view.world.draws.stream("card", view.step, model.name, name)
        if isinstance(view, View):
            drawn: Any = Counts(view.cells[view.models.index(model)]).draw(WRITTEN, rng)
        elif isinstance(view, RowView) and view.has("samples"):
            written += rows_in_words(view.domain, view.samples[view.models.index(model)][:WRITTEN])
            continue
        else:
            drawn = learner.write(WRITTEN, rng)
        written += in_words(view.domain, drawn)
    return written
