"""The cards of a site and of a community of humans: what stands there, who writes what."""

from collections.abc import Mapping

import numpy as np

from agents.human import HumanCommunity
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
    section,
)
from analysis.traffic import Floats, traffic
from analysis.view import DomainView, View
from analysis.wording import number
from ecosystem.ecosystem import Ecosystem
from ecosystem.web import HalfLife


def site_sections(world: Ecosystem, views: Mapping[str, DomainView], row: int) -> list[Section]:
    """What there is to say of a site."""
    site, keeps = world.sites[row], world.sites[row].retention
    half = f"half of it for {number(keeps.half_life)} steps" if isinstance(keeps, HalfLife) else ""
    now = [
        line("kind", site.kind, "A word by which diets may name sites of its sort."),
        line(
            "attention",
            number(float(world.attention[row])),
            "Relative chance that a reader of the web picks a document that stands here.",
        ),
        line("keeps", half or str(keeps), "What of it stays standing from step to step."),
        line("open", "yes" if site.open else "no", "Whether it is part of the source 'web'."),
    ]
    stands, items, claims = [], [], []
    for name, view in views.items():
        stock = view.stock
        shelves = np.flatnonzero(stock.site_of[: len(stock.shelves)] == row)
        size = stock.size[shelves]
        written = np.array([stock.shelves[shelf].synthetic for shelf in shelves], dtype=bool)
        if not size.sum() > 0:
            continue
        by = number(float(size[written].sum() / size.sum()), "share")
        text = f"{number(round(float(size.sum())))} documents, {by} by models"
        means = "Documents standing here, and the share that models wrote (true origin)."
        stands.append(line(name, text, means))
        if isinstance(view, View):
            cells = stock.cells[shelves].sum(axis=0).reshape(view.domain.shape)
            topics = cells.sum(axis=1)
            top = largest(topics, WRITTEN)
            listed = [f"{view.domain.items[i]} ({number(round(topics[i]))})" for i in top]
            means = "Items with the most documents here, and how many."
            items.append(line(f"{name}: most written of", ", ".join(listed), means))
            for at in largest(cells[:, 1:].ravel(), LISTED):
                item, slot = divmod(at, cells.shape[1] - 1)
                documents = float(cells[item, slot + 1])
                claims.append(claim(view, item, slot + 1, documents=documents))
    claims.sort(key=lambda each: -each["documents"])
    moved = traffic(world)
    published, read = moved.published[:, row], moved.read[:, row].sum(axis=1)
    return [
        section("Now", now),
        section("What stands here", stands + items),
        section(
            "Who wrote here in this step",
            _members(moved.cast.authors, published, "Documents of all domains that came to stand."),
        ),
        section(
            "Who reads here most",
            _members(moved.cast.models, read, "Documents that its training set expects from here."),
        ),
        section("Falsehoods that stand here most", [], claims=claims[:LISTED]),
    ]


def _members(names: tuple[str, ...], documents: Floats, means: str) -> list[Line]:
    """The members with most documents."""
    return [line(names[i], number(float(documents[i])), means) for i in largest(documents, PLACES)]


def community_sections(
    world: Ecosystem, views: Mapping[str, DomainView], people: HumanCommunity
) -> list[Section]:
    """What there is to say of a community of humans."""
    lines: list[Line] = []
    said: list[Line] = []
    for name, view in views.items():
        volume, voice = people.volume(name, world.steps), people.own[name]
        text = f"{number(volume)} documents a step"
        lines.append(line(name, text, "What it publishes in this step, on average."))
        if view.domain.fallible.any():
            wrong = 1.0 - float(voice.reshape(view.domain.shape)[:, 0].sum())
            means = "Share of the documents of its own that are false."
            lines.append(line(f"{name}: error", number(max(0.0, wrong), "share"), means))
        rng = world.draws.stream("card", world.steps, people.name, name)
        if volume > 0:
            now = view.stock.human_voices()[people.row][: voice.size]
            written = view.stock.human_corpus(now.reshape(view.domain.shape), WRITTEN, rng)
            said += in_words(view.domain, written)
    means = "Share of its documents that models wrote and it passes off as its own."
    lines.append(line("passed off", number(people.passed_off, "share"), means))
    sites, shares = people.placement
    means = "Share of its documents that it puts there."
    places = [
        line(world.sites[int(sites[i])].name, number(float(shares[i]), "share"), means)
        for i in largest(shares, PLACES)
    ]
    return [
        section("Now", lines),
        section("Where it writes", places),
        section("What it would write now", [], documents=said),
    ]
