"""What would have been: a run again, with a blocklist from its first step, on the same draws.

`analysis.answers.block` says whom to block and predicts what comes of it from the ledger alone.
The re-run tests that: it goes through the engine, so that everything follows that a ledger does
not know (what a model makes up once it reads other text, what it then says, who reads that).
"""

from collections.abc import Collection, Sequence
from typing import Any

from analysis.answers.block import answer
from analysis.listed import Takes, What
from analysis.run import Run
from ecosystem.diet import Diet
from scenarios.execution import Execution
from scenarios.fields import in_domain
from scenarios.members import SiteIndex, allowed, group_names, members
from scenarios.progress import Progress
from scenarios.scenario import Scenario

LISTS = {"models": "authors", "communities": "authors", "sites": "sites"}
"""By what can be blocked, the field of a blocklist that names it."""
FALSE_SHARE = "falsehood"


def what_would_have_stopped(
    run: Run,
    scenario: Scenario,
    domain: str,
    k: int,
    target: str | None = None,
    what: What = "models",
    readers: Collection[str] | None = None,
    start: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Whom to block for a target, what that is predicted to do, and what a re-run says it does.

    Args:
        run: the run.
        scenario: the one it is of.
        domain: one of its domains.
        k: how many to block.
        target: "model-C@12", a site or community (see `Ancestry.find`); the mean over the latest
            selves of all models where None.
        what: who can be blocked: models, communities, sites; single nodes, which no blocklist can
            name, are predicted only.
        readers: models that use the list; all where None.
        start: first step at which they do.
        progress: called with the steps of the re-run done and to do.

    Returns:
        See `analysis.answers.block.answer`.

    Raises:
        ValueError: k, target, domain, readers or `what` is not what is allowed.
    """

    def again(names: Sequence[str]) -> Run:
        return rerun(scenario, run, domain, {LISTS[what]: names}, readers, start, progress)

    return answer(
        run,
        domain,
        k,
        target,
        what,
        readers,
        start,
        takes(scenario, domain),
        again if what in LISTS else None,
    )


def rerun(
    scenario: Scenario,
    run: Run,
    domain: str,
    listed: dict[str, Sequence[str]],
    readers: Collection[str] | None = None,
    start: int = 1,
    progress: Progress | None = None,
) -> Run:
    """One domain of a run again, same seed and replicate, with a blocklist beside its policies.

    Args:
        scenario: the one that was run.
        run: what came of it.
        domain: the domain; what happens in it is the same with others beside it or without.
        listed: the names on the list, by its fields (authors, sites).
        readers: models that use it; all where None.
        start: first step at which they do.
        progress: called with the steps done and to do.
    """
    blocklist = {"kind": "blocklist", "start": start, **{k: list(v) for k, v in listed.items()}}
    if readers is not None:
        blocklist["readers"] = list(readers)
    one = scenario.only(domain)
    measured = [FALSE_SHARE] if f"{domain}.false_share" in run.agents else []
    changed = one.with_(
        policies=[*one.plain()["policies"], blocklist], meters=measured, items=False
    )
    return Execution(changed, int(run.manifest.get("replicate", 0))).finish(progress)


def takes(scenario: Scenario, domain: str) -> Takes:
    """The sites of each take of the models whose takes the ledger merges.

    A model of which two takes reach one site is left out: which of the two took a document from
    there is not known.
    """
    index = SiteIndex(scenario.sites, members(scenario.sites))
    groups = group_names(scenario.models)
    found = {}
    for model in members(scenario.models):
        diet = in_domain(model.diet, domain)
        if not isinstance(diet, Diet) or not diet.blended or len(diet.takes) < 2:
            continue
        each = [
            [
                index.sites[row].name
                for row in index.sources(take.source)
                if allowed(index.sites[row].readers, model.name, groups)
            ]
            for take in diet.takes
        ]
        if len({site for sites in each for site in sites}) == sum(map(len, each)):
            found[model.name] = each
    return found
