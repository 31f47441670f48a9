"""Inbreeding of a run's models: how much, due to whom, and as seen from which horizon.

The coefficients were carried along by the run (`ecosystem.kinship`) and stand in its nodes. With
D, what was lost in making each node, and T = (I - W)^-1 from the ledger's shares, the kinship of
any nodes is Phi = T D T' (Henderson 1976): so the inbreeding of one model is a sum over its
ancestors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.ancestry import Ancestry
from analysis.layers import Floats, Ints
from analysis.network import reader
from analysis.run import Run


def of_models(run: Run, domain: str) -> pd.DataFrame:
    """A row a training set: node, step, model, generation, documents, inbreeding, kinship.

    `inbreeding` is F of the training set, `kinship` that of what the model gives on.

    Raises:
        ValueError: the run kept no kinship.
    """
    nodes = kept(run)
    nodes = nodes[nodes["domain"] == domain]
    columns = ["node", "step", "name", "generation", "documents", "inbreeding", "kinship"]
    own = nodes.loc[nodes["kind"] == "training", columns].reset_index(drop=True)
    key = ["step", "name", "generation"]
    mixed = nodes.loc[nodes["kind"] == "model", [*key, "kinship"]]  # with its former self
    given = own[key].merge(mixed.drop_duplicates(key), on=key, how="left")
    own["kinship"] = given["kinship"].fillna(own["kinship"])
    return own.rename(columns={"name": "model"})


def carried(ancestry: Ancestry) -> bool:
    """Whether the run carried kinship along."""
    return bool(ancestry.nodes["drift"].notna().any())


def kept(run: Run) -> pd.DataFrame:
    """The nodes of a run that kept kinship.

    Raises:
        ValueError: it did not.
    """
    if run.nodes is None or run.nodes["kinship"].null_count == run.nodes.num_rows:
        raise ValueError(f"{run.name}: the run kept no kinship, allowed a run with kinship = true")
    return run.nodes.to_pandas()


def kinship(ancestry: Ancestry, nodes: Sequence[int] | Ints) -> Floats:
    """(m, m) kinship between nodes, Phi = T D T', by one backward sweep for each.

    Args:
        ancestry: of a run that kept kinship.
        nodes: m indexes of `ancestry.nodes`.
    """
    targets = np.zeros((len(ancestry.nodes), len(nodes)))
    targets[np.asarray(nodes), np.arange(len(nodes))] = 1.0
    lines = ancestry.layers.backward(targets, ancestry.passed)
    return np.asarray(lines.T @ (drift(ancestry)[:, None] * lines))


def drift(ancestry: Ancestry) -> Floats:
    """(n,) D, what was lost in making each node.

    Raises:
        ValueError: the run kept no kinship.
    """
    found: Floats = ancestry.nodes["drift"].to_numpy(dtype=np.float64)
    if not carried(ancestry):
        raise ValueError("kinship: given a run that kept none, allowed one with kinship = true")
    return found


def due_to(ancestry: Ancestry, target: Floats) -> pd.DataFrame:
    """Which ancestors a target's kinship with itself is due to: Phi = sum over a of T_a^2 D_a.

    Args:
        ancestry: of a run that kept kinship.
        target: (n,) weights that sum to 1 (see `Ancestry.find`).

    Returns:
        A row a name, in falling order of `share`, which sums to 1: kind (whose sampling it was:
        of the target itself, an author, a site, or a finite source of humans), name, share.
    """
    lines = ancestry.layers.backward(target, ancestry.passed)
    part = lines**2 * drift(ancestry)
    nodes, total = ancestry.nodes, part.sum()
    kind = nodes["kind"].replace(
        {"training": "model", "sample": "model", "batch": "site", "thinned": "site"}
    )
    name = nodes["site"].where(nodes["site"] != "", reader(nodes))
    asked = nodes[target > 0]
    own = (kind == "model") & name.isin(asked["name"]) & nodes["step"].isin(asked["step"])
    kind = kind.mask(own | (target > 0), "itself")
    table = pd.DataFrame({"kind": kind, "name": name, "share": part / total if total else part})
    merged = table[table["share"] > 0].groupby(["kind", "name"], as_index=False).sum()
    return merged.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def sources(ancestry: Ancestry, target: Floats, most: int = 60) -> tuple[Ints, Floats]:
    """What a model's training set was drawn from: indexes of shelves, and their shares.

    Args:
        ancestry: of a run.
        target: (n,) weights of one model.
        most: of so many shelves, those read most, shares of which then sum to 1.
    """
    own = target.copy()
    kinds = ancestry.nodes["kind"].to_numpy()
    for kind in ("model", "training", "sample"):  # without its former self
        at = np.where(kinds == kind, own, 0.0)
        drawn = ancestry.layers.matrix.T @ at
        if kind == "model" and at.any():
            drawn[ancestry.nodes["step"] < ancestry.nodes["step"][at > 0].max()] = 0.0
        own += drawn - at
    found = np.flatnonzero(own)
    found = np.sort(found[np.argsort(-own[found], kind="stable")][:most])
    total = own[found].sum()
    return found, own[found] / (total if total > 0 else 1.0)


NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Horizon:
    """How far back provenance is kept: F is relative to it.

    Attributes:
        step: of the earliest founder or start.
        passages: mean model passages from the target back to its founders, as known.
        most: the largest number of passages on any line of more than a share of 1e-6.
    """

    step: int
    passages: float
    most: int


def horizon(ancestry: Ancestry, target: Floats, most: int = 400) -> Horizon:
    """The founder horizon of a target; passages are counted up to `most`."""
    count, shares = 8, np.ones(1)
    while shares[-1] > NEGLIGIBLE and count < most:  # the last class is an open one
        count = min(2 * count, most)
        shares = target @ ancestry.depth_histogram(count)
    known = np.flatnonzero(shares > NEGLIGIBLE)
    return Horizon(
        step=int(ancestry.nodes.loc[ancestry.origin, "step"].min()),
        passages=float(target @ ancestry.depth()),
        most=int(known.max()) if known.size else 0,
    )


def effective_size(kinship: Floats, steps: Floats) -> float:
    """Inbreeding effective size: 1/N_e is the share of diversity lost a step.

    The slope of log(1 - kinship) over the steps, by least squares (Wright 1931; Caballero 1994);
    infinite where nothing is lost.

    Args:
        kinship: (t,) mean kinship of models with themselves, by step.
        steps: (t,).
    """
    left = np.log1p(-np.asarray(kinship, dtype=np.float64))
    if len(left) < 2 or not np.isfinite(left).all():
        return float("nan")
    slope = float(np.polyfit(np.asarray(steps, dtype=np.float64), left, 1)[0])
    return 1.0 / -np.expm1(slope) if slope < 0 else float("inf")


def founder_equivalents(kinship: Floats) -> float:
    """Founder genome equivalents: 1 / mean kinship (Lacy 1989), of m nodes with each other.

    As many founders, equally represented and without loss, would have the same diversity.
    """
    mean = float(np.mean(kinship))
    return 1.0 / mean if mean > 0 else float("inf")
