"""How inbred the models of a run are, due to whom, and beside the Habsburgs."""

import re
import textwrap
from typing import Any

import numpy as np
import pandas as pd

from analysis import inbreeding
from analysis.ancestry import Ancestry
from analysis.answers import mix
from analysis.finding import UnknownName
from analysis.layers import Floats
from analysis.likeness import likeness
from analysis.pedigree import Pedigree
from analysis.run import Run
from analysis.wording import moment
from ecosystem.parentage import HUMANS

KINGS = (
    "philip1_cast",
    "charles5_hre",
    "philip2_es",
    "philip3_es",
    "philip4_es",
    "charles2_es",
)
"""The six kings of Spain of Alvarez et al. 2009, in order."""
MOST = 8
"""Names in a list."""
CAVEAT = (
    "The pedigree was compiled for this project (288 people, many rows not confirmed by a second "
    "source) and is no genealogical authority; with over 3,000 people F of Charles II is .254 "
    "(Alvarez et al. 2009)."
)
Table = list[dict[str, Any]]


def answer(run: Run, target: str | None = None, domain: str | None = None) -> dict[str, Any]:
    """Inbreeding in each domain, or one, as plain data.

    Args:
        run: a run that kept kinship.
        target: a model, or MODEL@STEP; the most inbred, as it was last, where not given.
        domain: one of the run's; all where not given.

    Raises:
        ValueError: no kinship was kept, an unknown domain or target.
    """
    inbreeding.kept(run)
    kings = spanish_kings()
    chosen = run.domains if domain is None else [domain]
    found = {}
    for name in chosen:
        ancestry = Ancestry(run, name)
        if inbreeding.of_models(run, name).empty or (
            target is not None and not _there(ancestry, target, domain)
        ):
            continue
        found[name] = of_domain(run, ancestry, name, kings, target)
    if not found:
        whom = "a training set" if target is None else repr(target)
        raise ValueError(f"inbreeding: given a run without {whom} in {', '.join(chosen)}")
    return {"scenario": run.name, "domains": found, "kings": kings, "caveat": CAVEAT}


def _there(ancestry: Ancestry, target: str, domain: str | None) -> bool:
    """Whether a target is in a domain; the complaint is passed on where the domain was named."""
    try:
        ancestry.find(target)
    except UnknownName:
        if domain is not None:
            raise
        return False
    return True


def spanish_kings() -> Table:
    """Name, inbreeding and generations_known (see `Pedigree.horizon`) of the kings of Spain."""
    pedigree = Pedigree.read()
    found, seen = pedigree.inbreeding(), pedigree.horizon()
    return [
        {
            "name": re.split(r" \(|,", str(pedigree.people.at[king, "name"]))[0],
            "inbreeding": float(found[king]),
            "generations_known": float(seen[king]),
        }
        for king in KINGS
    ]


def of_domain(
    run: Run, ancestry: Ancestry, domain: str, kings: Table, target: str | None = None
) -> dict[str, Any]:
    """What `answer` says of one domain in which models were trained.

    Args:
        run: a run that kept kinship.
        ancestry: of the domain.
        domain: its name.
        kings: of Spain (see `spanish_kings`).
        target: a model, or MODEL@STEP; the most inbred of the last step where not given.
    """
    models = inbreeding.of_models(run, domain)
    people = {king["name"]: king["inbreeding"] for king in kings}
    last = models.drop_duplicates("model", keep="last").sort_values("inbreeding", ascending=False)
    whom = target or str(last["model"].iloc[0])
    weights = ancestry.find(whom)
    at = np.flatnonzero(weights)
    due = inbreeding.due_to(ancestry, weights).head(MOST)
    horizon = inbreeding.horizon(ancestry, weights)
    by_step = models.groupby("step")[["inbreeding", "kinship"]].mean()
    row = run.metrics.iloc[-1]
    known = {
        name: float(row[f"{domain}.{name}"])
        for name in (
            "kinship_between",
            "fst",
            "fst_neutral",
            "diversity",
            "diversity_neutral",
            "selection_excess",
        )
        if f"{domain}.{name}" in row and np.isfinite(row[f"{domain}.{name}"])
    }
    return {
        "models": [
            {
                "name": str(each["model"]),
                "generation": int(each["generation"]),
                "step": int(each["step"]),
                "documents": float(each["documents"]),
                "inbreeding": float(each["inbreeding"]),
                "kinship": float(each["kinship"]),
                "likeness": likeness(float(each["inbreeding"]), people),
            }
            for each in last.to_records()
        ],
        "target": whom,
        "kinship": float(weights @ ancestry.nodes["kinship"].fillna(0.0)),
        "due_to": due.to_dict("records"),
        "mix": _mix(ancestry, weights),
        "founders": "humans wrote"
        if ancestry.nodes["kind"].isin(HUMANS).any()
        else "models began with",
        "horizon": {
            "step": horizon.step,
            "date": moment(run, horizon.step),
            "passages": horizon.passages,
            "most": horizon.most,
        },
        "nodes": ancestry.nodes.loc[at, "node"].tolist(),
        "over_time": [
            {"step": int(step), "inbreeding": float(f), "kinship": float(phi)}
            for step, f, phi in by_step.to_records()
        ],
        "effective_size": inbreeding.effective_size(
            by_step["kinship"].to_numpy(), by_step.index.to_numpy(dtype=np.float64)
        ),
        "last_row": known,
        "as_inbred_as": [
            {"king": king["name"], **found}
            for king in kings
            if (found := _first(models, king["inbreeding"])) is not None
        ],
    }


def _mix(ancestry: Ancestry, weights: Floats) -> dict[str, Any] | None:
    """What the target should have read, with no more human text, to be least inbred."""
    shelves, shares = inbreeding.sources(ancestry, weights)
    read = ancestry.nodes.loc[shelves]
    human = (read["synthetic"].eq(False) | read["kind"].isin(HUMANS)).to_numpy(dtype=bool)
    cap = float(shares[human].sum())
    if len(shelves) < 2 or human.all():
        return None
    phi = inbreeding.kinship(ancestry, shelves)
    names = ancestry.nodes["name"][shelves].tolist()
    return mix.answer_mix(phi, names, human, min(1.0, cap), shares)


def _first(models: pd.DataFrame, inbred: float) -> dict[str, Any] | None:
    """The first model generation at least so inbred; None where none is."""
    reached = models[models["inbreeding"] >= inbred]
    if reached.empty:
        return None
    first = reached.iloc[0]
    return {
        "model": str(first["model"]),
        "generation": int(first["generation"]),
        "step": int(first["step"]),
        "inbreeding": float(first["inbreeding"]),
    }


def told(found: dict[str, Any]) -> str:
    """An answer as text for a terminal."""
    lines = [
        f"Inbreeding in {found['scenario']}: F is the chance that two distinct documents of a "
        "training set are",
        "copies of one original, a human's or one made up. One run is one draw; the kinship of a",
        "ledger is what is expected over runs. A model of the world, not a measurement.",
    ]
    for domain, one in found["domains"].items():
        lines += ["", f"{domain}", *_models(one), *_target(one), *_last_row(one)]
        for king in one["as_inbred_as"]:
            lines.append(
                f"  generation {king['generation']} of {king['model']} (step {king['step']}) is as "
                f"inbred as {king['king']}: F {king['inbreeding']:.3f}"
            )
        if not one["as_inbred_as"]:
            least = found["kings"][0]
            lines.append(
                f"  no generation is as inbred as {least['name']}, the least inbred of the kings"
            )
    lines += ["", "Kings of Spain (Wright's F by the same rules; generations known)"]
    for king in found["kings"]:
        known = king["generations_known"]
        lines.append(f"  {king['name']:<20} F {king['inbreeding']:.4f}  ({known:.1f} generations)")
    return "\n".join(
        [*lines, *textwrap.wrap(found["caveat"], 98, initial_indent="  ", subsequent_indent="  ")]
    )


def _models(one: dict[str, Any]) -> list[str]:
    lines = [f"  {'model':<24} generation   documents read   F"]
    lines += [
        f"  {each['name'][:24]:<24} {each['generation']:>10}   {each['documents']:>14,.0f}   "
        f"{each['inbreeding']:.3g}, {each['likeness']}"
        for each in one["models"][:MOST]
    ]
    if len(one["models"]) > MOST:
        lines.append(f"  and {len(one['models']) - MOST} more")
    return lines


def _target(one: dict[str, Any]) -> list[str]:
    horizon, size = one["horizon"], one["effective_size"]
    said = "nothing is lost from step to step" if np.isinf(size) else f"N_e {size:,.0f} documents"
    lines = [
        f"  founder horizon: what {one['founders']} from {horizon['date']} on counts as original; "
        f"{one['target']} is",
        f"  {horizon['passages']:.2f} model passages from it on average, at most {horizon['most']}",
        f"  inbreeding effective size over the run: {said}",
        f"  {one['target']}: two documents it gives on are copies of one original with chance "
        f"{one['kinship']:.3g}, due to",
    ]
    who = {"itself": "its own sampling", "model": "sampling by", "site": "what was written on"}
    for each in one["due_to"]:
        text = who.get(each["kind"], each["kind"])
        name = "" if each["kind"] == "itself" else f" {each['name']}"
        lines.append(f"    {100 * each['share']:5.1f} %  {text}{name}")
    if one["mix"] is not None:
        found = {each["name"]: each["inbreeding"] for each in one["mix"]["mixes"]}
        lines += [
            f"  what it read has an expected F of {found['current']:.3g}; read in other shares, no "
            "more of it human,",
            f"  the same sources could have {found['best']:.3g}; all alike, {found['uniform']:.3g}",
        ]
    return lines


def _last_row(one: dict[str, Any]) -> list[str]:
    row, lines = one["last_row"], []
    if "selection_excess" in row:
        lines.append(
            f"  diversity of topics at the end: {row['diversity']:.4f}; inbreeding alone would "
            f"leave {row['diversity_neutral']:.4f}; selection excess {row['selection_excess']:+.4f}"
        )
    if "fst" in row and "fst_neutral" in row:
        lines.append(
            f"  F_ST between models: {row['fst']:.4f}; expected of copying {row['fst_neutral']:.4f}"
        )
    return lines
