"""Genealogies of falsehoods as tree sequences of tskit, the format of population genetics.

Along the genome stand the claims of a run, one after the other, each with a tree of its own: claim
i is the interval [i, i + 1), its nodes are its events, an edge is a claim taken from a parent, and
a mutation from the truth to the falsehood stands at every origin. Time runs in steps back from the
end. Samples are the events from which models write the claim at the end. An event belongs to
one claim; where others have their trees, tskit shows it as isolated.

Needs tskit, which is the extra `lineage`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.lineage import CLAIM

if TYPE_CHECKING:
    import tskit

TIE = 2.0**-20
"""Steps by which a parent of the same step is set earlier: tskit's parents must be older."""


def genealogy(claims: pd.DataFrame) -> "tskit.TreeSequence":
    """All events of all claims of a table, as `Run.claims` is.

    Metadata (JSON) of a node: event, author, step, generation, kind, share; of a site: domain,
    item, value. The ancestral state is the truth, the derived one the falsehood.

    Raises:
        ValueError: there are no events.
        RuntimeError: tskit is not installed.
    """
    try:
        import tskit
    except ImportError:
        raise RuntimeError(
            "genealogy: tskit is not installed; it is the extra 'lineage' (pip install tskit)"
        ) from None
    if claims.empty:
        raise ValueError("genealogy: given no falsehood that was traced, allowed one or more")
    groups = [own.reset_index(drop=True) for _, own in claims.groupby(CLAIM, sort=False)]
    tables = tskit.TableCollection(sequence_length=len(groups))
    tables.time_units = "steps"
    for table in (tables.nodes, tables.sites):
        table.metadata_schema = tskit.MetadataSchema.permissive_json()
    for place, events in enumerate(groups):
        _add(tables, place, events, int(claims["step"].max()))
    tables.sort()
    tables.build_index()
    tables.compute_mutation_parents()
    return tables.tree_sequence()


def simplified(
    genealogy: "tskit.TreeSequence", samples: Sequence[int] | None = None
) -> "tskit.TreeSequence":
    """What is left of a genealogy for some samples: where their lines meet, and their origins.

    Args:
        genealogy: as `genealogy` gives it.
        samples: nodes; those that are samples there where None.

    Returns:
        A tree sequence whose samples come first, in their order; sites keep their numbers.
    """
    chosen = genealogy.samples() if samples is None else samples
    return genealogy.simplify(chosen, keep_input_roots=True, filter_sites=False)


def _add(tables: "tskit.TableCollection", place: int, events: pd.DataFrame, end: int) -> None:
    """One claim: its nodes, edges, site and mutations."""
    first = tables.nodes.num_rows
    parents = events["parent"].to_numpy()
    time = (end - events["step"]).to_numpy(dtype=np.float64)
    for event in np.flatnonzero(parents >= 0)[::-1].tolist():
        time[parents[event]] = max(time[parents[event]], time[event] + TIE)
    held = (events["until"] < 0) & (events["generation"] >= 0)
    told = events[["event", "author", "step", "generation", "kind", "share"]].to_dict("records")
    for row, at, sampled in zip(told, time.tolist(), held.tolist(), strict=True):
        tables.nodes.add_row(flags=int(sampled), time=at, metadata=row)
    claim = events.iloc[0]
    metadata = {name: claim[name] for name in CLAIM}
    site = tables.sites.add_row(place, ancestral_state=claim["truth"], metadata=metadata)
    for event, parent in enumerate(parents.tolist()):
        if parent >= 0:
            tables.edges.add_row(place, place + 1, first + parent, first + event)
        else:
            tables.mutations.add_row(site, first + event, derived_state=claim["value"])
