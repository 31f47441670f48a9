"""Figures of where the text of a run came from: those that a domain's ancestry allows."""

from collections.abc import Callable, Sequence
from functools import partial

from matplotlib.figure import Figure

from analysis.ancestry import Ancestry
from analysis.inbreeding import carried
from analysis.pictures import ancestry_bars, drift, falsehood, family, kinship_matrix, stream, style
from analysis.run import Run
from analysis.selves import selves
from analysis.stories import traced

Draw = Callable[[], Figure]


def figures(runs: Sequence[Run], domain: str, ancestry: Ancestry) -> dict[str, Draw]:
    """By name, what is drawn of one domain; of replicates the first, or means where there are.

    Args:
        runs: a run that kept its ledger, or its replicates.
        domain: one of its domains.
        ancestry: of this domain in the first.
    """
    one, found = runs[0], dict[str, Draw]()
    nodes = ancestry.nodes
    steps = nodes.loc[(nodes["kind"] == "training") & (nodes["step"] >= 0), "step"].unique()
    several = steps.size > 1
    if several:
        found["stream"] = partial(_panel, stream.draw, one, ancestry)
    if f"{domain}.diversity_neutral" in one.metrics:
        found["diversity"] = partial(_panel, drift.diversity, runs, domain)
    if f"{domain}.inbreeding" in one.metrics and several:
        found["inbreeding"] = partial(_panel, drift.inbreeding, runs, domain)
    last = int(one.metrics["step"].iloc[-1])
    present = int((selves(one, ancestry, [last]) >= 0).to_numpy().sum())
    if present > 1 and several:
        found["family"] = partial(family.draw, one, ancestry)
    if present and several and ancestry.sources().nunique() > 1:
        found["sources"] = partial(ancestry_bars.draw, one, ancestry)
    if present > 1 and carried(ancestry):
        found["kinship"] = partial(kinship_matrix.draw, one, ancestry)
    return found


def falsehoods(run: Run) -> dict[str, Draw]:
    """By domain, the tree of its most successful falsehood that was traced."""
    leading = traced(run).drop_duplicates("domain")
    return {
        domain: partial(falsehood.draw, run, domain, item, value)
        for domain, item, value in leading.to_numpy().tolist()
    }


def _panel(draw: Callable[..., None], *what: object) -> Figure:
    made, axes = style.panel()
    draw(axes, *what)
    style.fit(axes)
    return made
