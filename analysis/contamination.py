"""What counts as contamination, of which text: the error load, or the loss of human ancestry."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from analysis.ancestry import Ancestry
from analysis.layers import Floats, Layers
from ecosystem.parentage import HUMANS, MODELS

GAMMA = 0.9


class Measure(NamedTuple):
    """What counts as contamination: what nodes add of it, (n,), and the factor on what they read.

    Attributes:
        name: in words.
    """

    name: str
    own: Floats
    passed: Floats

    def load(self, layers: Layers) -> Floats:
        """(n,) contamination of every node."""
        return layers.forward(self.own, self.passed)


def error_load(ancestry: Ancestry) -> Measure:
    """The share of documents whose line goes back to an error that was made up."""
    return Measure("error load", ancestry.errors, ancestry.passed)


def lost_ancestry(ancestry: Ancestry, gamma: float = GAMMA) -> Measure:
    """What human ancestry lacks to 1 where each passage through a model keeps a share gamma of it.

    1 - a of `Ancestry.human_ancestry`: as if every training set made up a share 1 - gamma. It
    says how synthetic text is where nothing is made up.
    """
    kept = np.where(ancestry.passage, gamma, 1.0) * ancestry.passed
    own = np.where(ancestry.origin, 1.0 - ancestry.human_ancestry(gamma), 1.0 - kept)
    return Measure(f"loss of human ancestry, {gamma:g} kept in each passage", own, kept)


def measure_for(ancestry: Ancestry) -> Callable[[Ancestry], Measure]:
    """The error load; the loss of human ancestry where nobody makes any value up."""
    return error_load if ancestry.errors.any() else lost_ancestry


def of_models(ancestry: Ancestry) -> Measure:
    """What tells models apart: the error load, or where models make nothing up the other."""
    human = ancestry.nodes["kind"].isin(HUMANS).to_numpy()
    return error_load(ancestry) if ancestry.errors[~human].any() else lost_ancestry(ancestry)


def population(ancestry: Ancestry) -> Floats:
    """(n,) equal weights of the latest selves of all models."""
    nodes = ancestry.nodes
    models = nodes[nodes["kind"].isin(MODELS)]
    found = np.zeros(len(nodes))
    found[models.drop_duplicates("name", keep="last").index] = 1.0
    return found / found.sum()
