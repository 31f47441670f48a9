"""The card of a node of the web, and the falsehoods that most models assert, as plain data."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.card_model import model_sections
from analysis.card_parts import claim
from analysis.card_place import community_sections, site_sections
from analysis.latch import Bools
from analysis.view import DomainView, View
from ecosystem.ecosystem import Ecosystem


def card(
    world: Ecosystem,
    views: Mapping[str, DomainView],
    node: str,
    once: Mapping[str, Bools] | None = None,
) -> dict[str, Any]:
    """What there is to say of a model, a site or a community of humans, as plain data.

    Asking authors for documents uses streams of its own, so that looking changes nothing.

    Args:
        world: right after a step.
        views: of the same step, by domain.
        node: its name.
        once: by domain (authors, items) whether each model could ever write of an item
            (`Chronicle.once`); without it, what a model has forgotten is not told.

    Returns:
        node, kind (model, site or community), step and sections. A section has a heading and
        lines (label, value, means: the definition); it may have claims, which can be followed
        (domain, item, value, truth, documents), and documents (domain, and text, with `true`
        where it is known, or picture: shades from 0 to 1).

    Raises:
        ValueError: a node that there is not.
    """
    agents = {agent.name: agent for agent in world.agents}
    sites = [site.name for site in world.sites]
    if node in agents:
        agent: Any = agents[node]
        kind = "model" if agent.synthetic else "community"
        sections = (
            model_sections(world, views, agent, once or {})
            if agent.synthetic
            else community_sections(world, views, agent)
        )
    elif node in sites:
        kind, sections = "site", site_sections(world, views, sites.index(node))
    else:
        raise ValueError(f"node: given {node!r}, allowed a model, a site or a human community")
    found = [each for each in sections if len(each) > 2 or each["lines"]]
    return {"node": node, "kind": kind, "step": world.steps, "sections": found}


def falsehoods(
    world: Ecosystem, views: Mapping[str, DomainView], most: int = 12
) -> list[dict[str, Any]]:
    """The falsehoods that most models assert now, those with more documents on the web first.

    Returns:
        domain, item, value, truth, models (that assert it most of all values of its item), of
        (models that learn the domain) and documents (on the web).
    """
    found = []
    for view in views.values():
        if not isinstance(view, View) or not view.domain.fallible.any():
            continue
        items, slots = np.nonzero(view.votes)
        votes, standing = view.votes[items, slots], view.web[items, slots]
        order = np.lexsort((items, -standing, -votes))[:most]
        for i in order.tolist():
            told = claim(view, int(items[i]), int(slots[i]), documents=float(standing[i]))
            found.append(told | {"models": int(votes[i]), "of": len(view.models)})
    found.sort(key=lambda each: (-each["models"], -each["documents"]))
    return found[:most]
