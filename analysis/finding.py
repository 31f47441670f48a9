"""Finding what is asked about: "model-C@12", "community-3" or "farm-3@12" as weights over nodes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.layers import Floats, Layers
from ecosystem.discovery import nearest
from ecosystem.parentage import AUTHORS
from ecosystem.web import Site

Target = str | int | Floats
"""What is asked about: a name with or without @STEP, the index of a node, or weights (n,)."""
LEFT = 1e-9
"""A shelf that holds less of what it held is empty: what is left is rounding."""


class UnknownName(ValueError):
    """A name that no author and no site of the domain has."""


def weights(
    target: Target, nodes: pd.DataFrame, layers: Layers, sites: Mapping[str, Site], last: int
) -> Floats:
    """(n,) weights, summing to 1, of a target (see `Ancestry.find`).

    Args:
        target: what is asked about.
        nodes: a row a node, index 0 to n - 1.
        layers: the shares between them.
        sites: the sites by name; those not named keep everything.
        last: the last step of the run.

    Raises:
        ValueError: there is no such thing.
    """
    if isinstance(target, str):
        return _named(target, nodes, layers, sites, last)
    if isinstance(target, int | np.integer):
        if not 0 <= target < len(nodes):
            raise ValueError(f"target: given node {target}, allowed 0 to {len(nodes) - 1}")
        return _one(len(nodes), int(target))
    given = np.asarray(target, dtype=np.float64)
    if given.shape != (len(nodes),) or not (given >= 0).all() or abs(given.sum() - 1) > 1e-9:
        raise ValueError(
            f"target: given weights of shape {given.shape} and sum {given.sum():g}, allowed "
            f"{len(nodes)} of 0 or more that sum to 1"
        )
    return given


def name_and_step(text: str, field: str = "target") -> tuple[str, int | None]:
    """The name, and the step where one is given, of NAME or NAME@STEP.

    Raises:
        ValueError: what comes after the last @ is no step.
    """
    name, at, when = text.rpartition("@")
    if not at and text:
        return text, None
    if not name:
        raise ValueError(f"{field}: given {text!r}, allowed NAME or NAME@STEP")
    if not when.isdecimal():
        raise ValueError(f"{field}: given {text!r}, allowed NAME or NAME@STEP")
    return name, int(when)


def site_rules(scenario: Mapping[str, Any]) -> dict[str, Site]:
    """Every site of a scenario as plain data, by its name; members of a group by theirs."""
    found: dict[str, Site] = {}
    for plain in scenario.get("sites", ()):
        site = Site.model_validate(plain)
        many = [f"{site.name}-{i}" for i in range(1, site.count + 1)]
        found |= dict.fromkeys(many if site.count > 1 else [site.name], site)
    return found


def _named(
    text: str, nodes: pd.DataFrame, layers: Layers, sites: Mapping[str, Site], last: int
) -> Floats:
    name, asked = name_and_step(text)
    step = last if asked is None else asked
    if step > last:
        raise ValueError(f"target: given {text!r}, allowed a step up to {last}")
    author = ((nodes["name"] == name) & nodes["kind"].isin(AUTHORS)).to_numpy()
    there = author if author.any() else (nodes["site"] == name).to_numpy()
    if not there.any():
        known = {*nodes["name"][nodes["kind"].isin(AUTHORS)], *nodes["site"]} - {""}
        raise UnknownName(f"target: given {name!r}; {nearest(name, known)}")
    steps = nodes["step"].to_numpy()
    before = np.flatnonzero(there & (steps <= step))
    if not before.size:
        first = steps[there].min()
        raise ValueError(f"target: given {text!r}, allowed a step from {first} on, its first")
    if author.any():
        return _one(len(nodes), int(before[-1]))
    documents = _standing(nodes.loc[before], step, layers, sites.get(name))
    if not documents.any():
        raise ValueError(
            f"target: given {text!r}, where nothing stands then, allowed a step at which it does"
        )
    return documents / documents.sum()


def _one(size: int, at: int) -> Floats:
    found = np.zeros(size)
    found[at] = 1.0
    return found


def _standing(nodes: pd.DataFrame, step: int, layers: Layers, site: Site | None) -> Floats:
    """(n,) documents that stand on a site after a step, at the latest node of each shelf.

    The ledger records what comes to a shelf and what is left on a finite one. What fades on an
    unlimited one follows from the site's rules; in a step that gives standing documents a mark,
    they move to the shelf of that mark first, then age, and then new ones come.

    Args:
        nodes: those of the site up to the step.
        step: the step.
        layers: the shares between all nodes.
        site: its rules; None where it keeps everything.
    """
    survival, size = site.survival if site else 1.0, layers.size
    columns = {key: nodes[key].reindex(range(size)).to_numpy() for key in ("kind", "name", "step")}
    kind, name, when = columns.values()
    documents = nodes["documents"].reindex(range(size), fill_value=0.0).to_numpy(dtype=np.float64)
    edges = layers.matrix[nodes.index.to_numpy()].tocoo()
    child, parent = nodes.index.to_numpy()[edges.row], edges.col
    published = (kind[parent] == "batch") & (when[parent] == when[child])
    moved = np.isin(kind[child], ("thinned", "site")) & (name[child] != name[parent])
    # recorded before the documents of its step aged: what moved, and what was left behind
    early = kind == "site"
    early[child[published]] = False
    rest = (kind[child] == "thinned") & np.isin(parent, parent[moved])
    early[child[rest]] = True

    found = np.zeros(size)
    latest = nodes.drop_duplicates("name", keep="last").index.to_numpy()
    aged = (step - when + early)[latest].astype(np.float64)
    found[latest] = documents[latest] * survival**aged
    if site and site.documents == "finite" and survival < 1:
        found[latest[aged > 0]] = 0.0  # it would be recorded anew, were anything left
    child, parent, share = child[moved], parent[moved], edges.data[moved]
    went = share * documents[child] * survival ** (step - when[child] + 1).astype(np.float64)
    np.subtract.at(found, parent, went)
    return np.where(found > LEFT * documents, found, 0.0)
