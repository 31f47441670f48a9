"""Error lineage: the run again, with some of its falsehoods watched from the first document on.

A run is reproducible to the bit and the watch draws from streams of its own, so what is seen in
the second pass is what happened in the first. Meters and ledger are left out, and every domain
of which no claim is asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.falsehoods import most_successful
from analysis.lineage import of_claim
from analysis.prevalence import PREVALENCE
from analysis.run import Run
from ecosystem.claim import Claim
from ecosystem.descent import EVENTS, typed
from ecosystem.discovery import nearest
from ecosystem.domains.domain import Domain
from scenarios.build import make_domains
from scenarios.execution import Execution
from scenarios.scenario import Scenario
from scenarios.store import loaded, scenario_of

Tables = tuple[pd.DataFrame, pd.DataFrame]
"""Events (`ecosystem.descent.EVENTS`) and prevalence (`analysis.prevalence.PREVALENCE`)."""


def trace(
    scenario: Scenario,
    replicate: int,
    claims: Sequence[Claim],
    progress: Callable[[int, int], None] | None = None,
) -> Tables:
    """The story of some claims in one replicate of a scenario.

    Args:
        scenario: what was run.
        replicate: which of its replicates.
        claims: what to watch; without any the tables are empty and nothing is run.
        progress: called with the steps done and those to do.

    Raises:
        ValueError: a claim that cannot be made.
    """
    if not claims:
        return typed(EVENTS, {}), typed(PREVALENCE, {})
    domains = [name for name in scenario.domains if name in {claim.domain for claim in claims}]
    execution = Execution(bare(scenario, domains), replicate, claims=claims)
    execution.advance(progress)
    world = execution.world
    watches = [stock.watch for stock in world.stocks.values() if stock.watch is not None]
    events = pd.concat([watch.events() for watch in watches], ignore_index=True)
    return events, world.datacollector.prevalence()


def bare(scenario: Scenario, domains: Sequence[str]) -> Scenario:
    """A scenario with nothing but some of its domains: what happens in these is the same."""
    return scenario.only(*domains).with_(ledger=False, items=False, meters=[], lineage=0)


def asked(
    folder: Path, text: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Run, Claim]:
    """A run from its directory with the story of one claim, traced anew where it was not yet.

    Args:
        folder: a run directory (of replicates: one of them).
        text: the claim, see `parse_claim`.
        progress: called with the steps done and those to do, where it has to be traced.

    Returns:
        The run, with the claim among those of its tables, and the claim.

    Raises:
        ValueError: no such run, or a claim that cannot be made; one plain sentence.
    """
    run = loaded(folder)
    scenario = scenario_of(run, folder)
    claim = parse_claim(text, make_domains(scenario))
    if of_claim(run.prevalence, claim.domain, claim.item, claim.value).empty:
        replicate = int(run.manifest.get("replicate", 0))
        run.claims, run.prevalence = trace(scenario, replicate, [claim], progress)
    return run, claim


def watch_list(run: Run) -> list[Claim]:
    """The falsehoods whose stories a run tells: its most successful, as many as it says."""
    chosen = most_successful(run, int(run.scenario.get("lineage", 0)))
    return [Claim(*each) for each in chosen[["domain", "item", "value"]].itertuples(index=False)]


def parse_claim(text: str, domains: Mapping[str, Domain]) -> Claim:
    """A claim written ITEM=VALUE, or DOMAIN:ITEM=VALUE where several domains have the item.

    Raises:
        ValueError: one plain sentence: what was given, what is allowed.
    """
    factual = {n: d for n, d in domains.items() if d.form == "counts" and d.confusion.any()}
    if not factual:
        raise ValueError(f"claim: given {text!r}, but no domain of the run has wrong values")
    before, colon, after = text.partition(":")
    if colon and before in domains:
        if before not in factual:
            raise ValueError(f"claim: given the domain {before!r}, allowed {', '.join(factual)}")
        factual, text = {before: factual[before]}, after
    if "=" not in text:
        raise ValueError(f"claim: given {text!r}, allowed ITEM=VALUE or DOMAIN:ITEM=VALUE")
    item, _, value = (part.strip() for part in text.rpartition("="))
    having = [name for name, domain in factual.items() if item in domain.items]
    if not having:
        known = [name for domain in factual.values() for name in domain.items]
        raise ValueError(f"claim: given the item {item!r}, {nearest(item, known)}")
    if len(having) > 1:
        allowed = " or ".join(f"{name}:{item}={value}" for name in having)
        raise ValueError(f"claim: given {item!r}, an item of several domains, allowed {allowed}")
    found = Claim(having[0], item, value)
    found.place(factual[having[0]])
    return found
