"""What would have stopped it: whom to block, what that is predicted to do, and what it does."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pandas as pd

from analysis.ancestry import Ancestry
from analysis.blocking import greedy
from analysis.contamination import measure_for, population
from analysis.dominators import dominators
from analysis.finding import name_and_step
from analysis.listed import Takes, What, listed
from analysis.renormalised import best_refilled, renormalised
from analysis.rivals import isolating, rivals
from analysis.run import Run
from ecosystem.draws import Draws

POPULATION = "all models"
SHOWN = 6
Again = Callable[[Sequence[str]], Run]


def answer(
    run: Run,
    domain: str,
    k: int,
    target: str | None = None,
    what: What = "models",
    readers: Collection[str] | None = None,
    start: int = 1,
    takes: Takes | None = None,
    again: Again | None = None,
) -> dict[str, Any]:
    """The k to block for a target, with predictions, rivals, and a re-run beside them.

    Args:
        run: a run that kept its ledger.
        domain: one of its domains.
        k: how many to block.
        target: see `Ancestry.find`; the mean over the latest selves of all models where None.
        what: who can be blocked.
        readers: models that use the list; all where None.
        start: first step at which they do.
        takes: see `analysis.listed.listed`.
        again: the run again with these names blocked; no re-run where None.

    Returns:
        Plain data:
        domain, target, what, readers (None: all), start, measure: as asked, and what counts as
            contamination: the error load, or where nobody makes anything up the loss of human
            ancestry.
        contamination: of the target.
        picks: for each in order name; removed, the share of the contamination that it carries
            beyond those before; predicted, the contamination once it and those before are blocked
            and other sources take their place.
        removed, predicted: of all picks together.
        refilled: those that would be picked by what is left once others take their place, each
            with name and predicted, fewer where blocking more does not help.
        rivals: the share that k others chosen by each rival measure carry.
        isolated_by: the fewest gates without which none gets through from others, by candidate how
            many; None where nothing does, or the web is too large to tell.
        passes_all_through: what every line of the target goes through.
        false_share: share of false documents in what the target writes; None where it is not
            measured.
        rerun: contamination and false_share once more, measured in the re-run; None without one.

    Raises:
        ValueError: k, target, domain, readers or `what` is not what is allowed.
    """
    ancestry = Ancestry(run, domain)
    meant = population(ancestry) if target is None else ancestry.find(target)
    measure = measure_for(ancestry)
    found = measure(ancestry)
    web = listed(ancestry, what, found, readers, start, takes)
    weights = web.target(meant)
    picks = greedy(web.gates, weights, k)
    whole = float(weights @ web.gates.load())
    blocked = [pick.candidate for pick in picks]
    predicted = [float(weights @ renormalised(web, blocked[: i + 1])) for i in range(len(picks))]
    draws = Draws(int(run.scenario["seed"]), int(run.manifest.get("replicate", 0)))
    others = rivals(web.gates, web.owner, weights, len(picks), draws)
    through = dominators(ancestry, meant, errors=bool(ancestry.errors.any()))
    rerun = None
    if again is not None:
        other = again([pick.name for pick in picks])
        lines = Ancestry(other, domain)
        same = population(lines) if target is None else lines.find(target)
        rerun = {
            "contamination": float(same @ measure(lines).load(lines.layers)),
            "false_share": false_share(other, domain, target),
        }
    return {
        "domain": domain,
        "target": target or POPULATION,
        "what": what,
        "readers": None if readers is None else sorted(readers),
        "start": start,
        "measure": found.name,
        "contamination": whole,
        "picks": [
            {"name": pick.name, "removed": pick.removed / whole, "predicted": then}
            for pick, then in zip(picks, predicted, strict=True)
        ],
        "removed": sum(pick.removed for pick in picks) / whole,
        "predicted": predicted[-1],
        "refilled": [pick._asdict() for pick in best_refilled(web, weights, k)],
        "rivals": {name: removed / whole for name, removed in others.items()},
        "isolated_by": _counted(isolating(web.gates, weights)),
        "passes_all_through": [
            {"kind": kind, "name": name, "step": int(step)}
            for kind, name, step in through[["kind", "name", "step"]].itertuples(index=False)
        ],
        "false_share": false_share(run, domain, target),
        "rerun": rerun,
    }


def false_share(run: Run, domain: str, target: str | None) -> float | None:
    """Share of false documents in what a model writes (or all, on average); None if not measured.

    Measured where the domain has wrong values, of models, at the step that is asked about.
    """
    column = f"{domain}.false_share"
    if column not in run.agents:
        return None
    last = int(run.agents["step"].max())
    name, step = (None, None) if target is None else name_and_step(target)
    rows = run.agents[run.agents["step"] == (last if step is None else step)]
    if name is not None:
        rows = rows[rows["agent"] == name]
    share = rows[column].mean()
    return None if pd.isna(share) else float(share)


def told(answer: dict[str, Any]) -> str:
    """The same for a terminal."""
    whole = answer["contamination"]
    who = (
        "nobody reads"
        if answer["readers"] is None
        else f"{_named(answer['readers'])} no longer read"
    )
    lines = [
        f"{answer['target']} ({answer['domain']}): {answer['measure']} {whole:.4g}",
        f"Blocking {answer['what']} ({who} them from step {answer['start']} on):",
        f"  {'':<28}{'carries':>10}{'left*':>12}",
    ]
    lines += [
        f"  {pick['name']:<28}{pick['removed']:>10.1%}{pick['predicted']:>12.4g}"
        for pick in answer["picks"]
    ]
    lines += [
        f"  {'together':<28}{answer['removed']:>10.1%}{answer['predicted']:>12.4g}",
        "  * predicted once other sources take their place",
    ]
    again = answer["rerun"]
    if again is not None:
        lines.append(
            f"Run again without them: {again['contamination']:.4g}, "
            f"{_change(again['contamination'], whole)} (predicted: "
            f"{_change(answer['predicted'], whole)})"
        )
        if again["false_share"] is not None and answer["false_share"] is not None:
            lines.append(
                f"  false share of what is written: {answer['false_share']:.2%} before, "
                f"{again['false_share']:.2%} in the re-run"
            )
    refilled = answer["refilled"]
    lines.append(
        f"Chosen by what is left: {', '.join(pick['name'] for pick in refilled)}; predicted "
        f"{refilled[-1]['predicted']:.4g}, {_change(refilled[-1]['predicted'], whole)}"
        if refilled
        else "Chosen by what is left: nobody, since what takes their place is no better"
    )
    others = ", ".join(f"{name} {share:.1%}" for name, share in answer["rivals"].items())
    lines.append(f"As many chosen by other measures carry: {others}")
    if answer["isolated_by"] is not None:
        nodes = sum(answer["isolated_by"].values())
        lines.append(
            f"No contamination of others would get through without {nodes} single nodes, of "
            f"{_named(list(answer['isolated_by']))}"
        )
    if answer["passes_all_through"]:
        through = [f"{one['name']}@{one['step']}" for one in answer["passes_all_through"]]
        lines.append(f"All of it comes through {_named(through)}")
    return "\n".join(lines)


def _counted(names: Sequence[str] | None) -> dict[str, int] | None:
    return None if names is None else dict(Counter(names).most_common())


def _change(then: float, before: float) -> str:
    return f"{then / before - 1:+.1%}"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
