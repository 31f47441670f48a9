"""Questions to a stored run: where its text, errors and kinship came from, what would stop them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.answers import block, claim, inbreeding, target
from analysis.listed import What
from analysis.run import Run
from scenarios import counterfactual, lineage
from scenarios.progress import Progress
from scenarios.store import loaded, scenario_of

WHAT: tuple[What, ...] = ("models", "communities", "sites", "nodes")


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        target: NAME or NAME@STEP.
        claim: [DOMAIN:]ITEM=VALUE.
        block: how many to block.
        what: whom may be blocked.
        inbreeding: whether that is asked about.
        domain: one; all where None.
    """

    target: str | None = None
    claim: str | None = None
    block: int | None = None
    what: str = "models"
    inbreeding: bool = False
    domain: str | None = None


def answers(folder: Path, asked: Question, progress: Progress | None = None) -> dict[str, Any]:
    """The answers to every question asked of one run directory, by question.

    Args:
        folder: a run directory (of replicates: one of them).
        asked: what is asked.
        progress: called with the steps done and those to do, where something is run again.

    Raises:
        ValueError: nothing is asked, or something that cannot be answered.
    """
    alone = asked.block is None and not asked.inbreeding
    if alone and asked.target is None and asked.claim is None:
        raise ValueError(
            "trace: given no question, allowed --target, --claim, --block or --inbreeding"
        )
    if asked.what not in WHAT:
        raise ValueError(f"what: given {asked.what!r}, allowed {', '.join(WHAT)}")
    run = loaded(folder)
    found: dict[str, Any] = {}
    if asked.claim is not None:
        traced, which = lineage.asked(folder, asked.claim, progress)
        found["claim"] = claim.answer(traced, which.domain, which.item, which.value)
    if alone and asked.target is not None:
        found["target"] = target.answer(run, asked.target, asked.domain)
    if asked.inbreeding:
        found["inbreeding"] = inbreeding.answer(run, asked.target, asked.domain)
    if asked.block is not None:
        found["block"] = _block(run, folder, asked, asked.block, progress)
    return found


def _block(
    run: Run, folder: Path, asked: Question, k: int, progress: Progress | None
) -> list[dict[str, Any]]:
    scenario = scenario_of(run, folder)
    chosen = run.domains if asked.domain is None else [asked.domain]
    if asked.domain is None and asked.target is not None:
        chosen = list(target.answer(run, asked.target, None)["domains"])
    what = next(each for each in WHAT if each == asked.what)
    return [
        counterfactual.what_would_have_stopped(
            run, scenario, domain, k, asked.target, what, progress=progress
        )
        for domain in chosen
    ]


def told(found: dict[str, Any]) -> str:
    """Answers as text for a terminal."""
    texts = []
    if "claim" in found:
        texts.append(claim.told(found["claim"]))
    if "target" in found:
        texts.append(target.told(found["target"]))
    if "inbreeding" in found:
        texts.append(inbreeding.told(found["inbreeding"]))
    texts += map(block.told, found.get("block", []))
    return "\n\n".join(texts)
