"""Where the text of a model, a community or a site came from: as plain data and as text."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.ancestry import MADE_UP, Ancestry
from analysis.attribution import conduits, origins
from analysis.dominators import dominators
from analysis.finding import UnknownName
from analysis.layers import Floats
from analysis.paths import paths, stations
from analysis.run import Run
from analysis.wording import counted, moment, number
from ecosystem.parentage import AUTHORS, HUMANS

GAMMAS = (0.9, 0.5)
MOST = 10
"""Passages from which on they are counted together."""
LINES = 300
"""Heaviest lines that ways are made of: many lines differ only in how long their text stood."""
SHOWN = 5
SMALL = 0.001
"""Classes of a histogram that hold less are not told of by themselves."""
WIDE = 96
IN_FULL = 3
"""Domains that are told of in full; of more only the measures."""
Plain = dict[str, Any]


def answer(run: Run, target: str, domain: str | None = None) -> Plain:
    """What ancestry says of one target, as plain data; shares are of its documents, 0 to 1.

    By domain: `what` it is; `direct_human`; `human_ancestry` by what each model keeps;
    `error_load`; `depth`, its mean, and shares with 0, 1, ... passages, the last class open;
    `sources`; `made_up`, by whom and in which generation; `through` which models and sites it
    came; the heaviest `ways`, each the sum of those of the heaviest lines that went by the same
    authors and sites, and how many lines and what share of all that is; what `every_line` goes
    through. The same of its errors alone under `errors`, and as `of_errors` elsewhere.

    Args:
        run: a run that kept its ledger.
        target: "model-C@12", "community-3" or "farm-1@8" (see `Ancestry.find`).
        domain: one domain; each in which there is such a target where None.

    Raises:
        ValueError: there is no such domain, or no such target in it.
    """
    found: Plain = {}
    errors: list[ValueError] = []
    for name in run.domains if domain is None else [domain]:
        ancestry = Ancestry(run, name)
        try:
            weights = ancestry.find(target)
        except ValueError as error:
            errors.append(error)
            continue
        found[name] = _found(run, ancestry, weights)
    if not found:
        # that it is not there at that step says more than that another domain lacks the name
        raise min(errors, key=lambda error: isinstance(error, UnknownName))
    return {"run": run.name, "target": target, "domains": found}


def _found(run: Run, ancestry: Ancestry, weights: Floats) -> Plain:
    mix = ancestry.source_mix().mul(weights, axis=0).sum().sort_values(ascending=False)
    ends, authors = origins(ancestry, weights), conduits(ancestry, weights, "author")
    models, sites = authors[authors["kind"] == "model"], conduits(ancestry, weights, "site")
    made_up = ends[ends["origin"] == MADE_UP]
    through = ["name", "share", "of_errors"]
    return {
        "what": _what(run, ancestry, weights),
        "direct_human": float(weights @ ancestry.direct_human()),
        "human_ancestry": {str(g): float(weights @ ancestry.human_ancestry(g)) for g in GAMMAS},
        "error_load": float(weights @ ancestry.error_load()),
        "depth": {
            "mean": float(weights @ ancestry.depth()),
            "shares": (weights @ ancestry.depth_histogram(MOST)).tolist(),
        },
        "sources": _records(mix[mix > 0].rename_axis("name").reset_index(name="share")),
        "made_up": _records(made_up[["name", "generation", "share", "of_errors"]]),
        "through": {"models": _records(models[through]), "sites": _records(sites[through])},
        **_lines(ancestry, weights, errors=False),
        "errors": _lines(ancestry, weights, errors=True),
    }


def _records(table: pd.DataFrame) -> list[Plain]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _what(run: Run, ancestry: Ancestry, weights: Floats) -> Plain:
    """What the target is, and when it came to be."""
    rows = ancestry.nodes[weights > 0]
    kind, name, site, generation = rows[["kind", "name", "site", "generation"]].iloc[-1]
    step = int(rows["step"].max())
    when = moment(run, step) if "date" in run.metrics else ""
    found = {"kind": "human", "name": name, "step": step, "when": when}
    if kind not in AUTHORS:
        return found | {"kind": "site", "name": site, "shelves": len(rows)}
    if kind in HUMANS:
        return found
    earlier = ancestry.nodes[: int(rows.index[-1]) + 1]
    sets = earlier[(earlier["name"] == name) & (earlier["kind"] == "training")]["documents"]
    read = float(sets.iloc[-1]) if len(sets) and np.isfinite(sets.iloc[-1]) else None
    return found | {"kind": "model", "generation": int(generation), "read": read}


def _lines(ancestry: Ancestry, weights: Floats, errors: bool) -> Plain:
    """The heaviest ways, and what every line goes through."""
    heaviest = paths(ancestry, weights, LINES, errors)
    ways: dict[tuple[str, ...], float] = {}
    for line, way in zip(heaviest, stations(ancestry, heaviest), strict=True):
        way = ("made up by", *way) if line.made_up else way
        ways[way] = ways.get(way, 0.0) + line.share
    return {
        "ways": [
            {"way": list(way), "share": share}
            for way, share in sorted(ways.items(), key=lambda each: -each[1])
        ],
        "lines": {"count": len(heaviest), "share": sum(line.share for line in heaviest)},
        "every_line": {
            "authors": dominators(ancestry, weights, "author", errors)["name"].tolist(),
            "sites": dominators(ancestry, weights, "site", errors)["name"].tolist(),
            "nodes": [
                {"name": row["name"], "kind": row["kind"], "step": int(row["step"])}
                for _, row in dominators(ancestry, weights, "node", errors).iterrows()
            ],
        },
    }


# ---------------------------------------------------------------------- as text


def told(answer: Plain) -> str:
    """An answer as text for a terminal: some 40 to 60 lines of at most 100 characters."""
    domains = answer["domains"]
    lines = [f"Where the text of {answer['target']} came from ({answer['run']})"]
    for name, found in domains.items():
        lines += ["", *_headed(name, found), *_measured(found)]
        if len(domains) <= IN_FULL:
            lines += _explained(found, SHOWN if len(domains) == 1 else 2)
    lines.append("")
    if len(domains) > IN_FULL:
        lines.append("Asked about one domain there is more: sources, errors, ways.")
    else:
        lines.append("What it came through does not add up: a document comes through many.")
        lines.append(f"Ways are summed over the {LINES} heaviest lines: at least so much.")
    lines.append("Shares are the chances with which the run drew: a model, not a measurement.")
    return "\n".join(lines)


def _headed(domain: str, found: Plain) -> Iterator[str]:
    what = found["what"]
    text = f"{domain}: {what['name']}"
    if what["kind"] == "model":
        text += f", generation {what['generation']}, "
        text += f"trained in step {what['step']}" if what["step"] > 0 else "as it started"
    elif what["kind"] == "site":
        text += f", {counted(what['shelves'], 'shelf', 'shelves')}, latest in step {what['step']}"
    text += f" ({what['when']})" if what["when"] and what["kind"] != "human" else ""
    if what.get("read"):
        text += f" on {counted(round(what['read']), 'document')}"
    return iter(_wrapped("", text))


def _measured(found: Plain) -> Iterator[str]:
    """The measures, each with what it means."""
    model = found["what"]["kind"] == "model"
    read = "of what it was trained on was" if model else "of its documents were"
    yield _line(found["direct_human"], f"{read} written by humans themselves")
    (first, most), (second, less) = found["human_ancestry"].items()
    kept = [number(float(gamma), "share") for gamma in (first, second)]
    less = number(less, "share")
    yield _line(
        most, f"human ancestry, were each model to keep {kept[0]} of it ({less} with {kept[1]})"
    )
    yield _line(found["error_load"], "goes back to something made up on the way")
    depth = found["depth"]
    itself = ", itself included" if model else ""
    yield f"  {number(depth['mean']):>8}  models on the way of its text, on average{itself}"
    yield from _wrapped(" " * 12, _classes(depth["shares"]), " " * 12)


def _classes(shares: list[float]) -> str:
    """A histogram in words, small classes at its end together."""
    last = max(k for k in range(len(shares)) if sum(shares[k:]) >= SMALL)
    shown = [f"{k}: {number(share, 'share')}" for k, share in enumerate(shares[:last]) if share]
    rest = sum(shares[last:])
    alone = last < len(shares) - 1 and rest == shares[last]
    return "; ".join([*shown, f"{last}{'' if alone else ' or more'}: {number(rest, 'share')}"])


def _explained(found: Plain, shown: int) -> Iterator[str]:
    """Where it came from and how."""
    yield from _listed("First written by", found["sources"], shown, _share)
    yield from _listed(
        "Its errors were made up by", _by_author(found["made_up"]), shown, _with_generation
    )
    yield from _listed("Came through the models", found["through"]["models"], shown, _with_errors)
    yield from _listed("Came through the sites", found["through"]["sites"], shown, _with_errors)
    for head, lines, most in (
        ("The ways it came", found, shown),
        ("The ways its errors came", found["errors"], (shown + 1) // 2),
    ):
        if lines["ways"]:
            yield f"  {head}:"
        for way in lines["ways"][:most]:
            yield from _wrapped(
                f"  {number(way['share'], 'share'):>8}  ", _shortened(way["way"]), " " * 12
            )
        every = lines["every_line"]
        names = [*every["authors"], *every["sites"]]
        whose = "line" if lines is found else "line of an error"
        yield from _listed(f"Every {whose} goes through", names, 2 * shown, str)
    if not found["every_line"]["authors"] and not found["every_line"]["sites"]:
        yield "  No author and no site is on every line: no single cut takes all of it away."


def _line(share: float, text: str) -> str:
    return f"  {number(share, 'share'):>8}  {text}"


def _share(row: Plain) -> str:
    return f"{row['name']} {number(row['share'], 'share')}"


def _by_author(rows: list[Plain]) -> list[Plain]:
    """What each author made up in all its generations, and where most of it."""
    authors: dict[str, list[Plain]] = {}
    for row in rows:
        authors.setdefault(row["name"], []).append(row)
    found = [
        {"name": name, "of_errors": sum(row["of_errors"] for row in own), "most": own[0]}
        for name, own in authors.items()
    ]
    return sorted(found, key=lambda row: -row["of_errors"])


def _with_generation(row: Plain) -> str:
    text, most = f"{row['name']} {number(row['of_errors'], 'share')}", row["most"]
    if most["generation"] < 0 or most["of_errors"] == row["of_errors"]:
        return text
    return f"{text} ({number(most['of_errors'], 'share')} in generation {most['generation']})"


def _with_errors(row: Plain) -> str:
    errors = f" (errors {number(row['of_errors'], 'share')})" if row["of_errors"] else ""
    return _share(row) + errors


def _listed(head: str, rows: Sequence[Plain], shown: int, told: Any) -> list[str]:
    """The greatest in a sentence, and how many more there are."""
    if not rows:
        return []
    more = [f"{len(rows) - shown} more"] if len(rows) > shown else []
    return _wrapped(f"  {head} ", ", ".join([*map(told, rows[:shown]), *more]))


def _shortened(way: Sequence[str]) -> str:
    """A way in a line or two: of a long one the two ends."""
    ends = 4
    if len(way) > 2 * ends + 1:
        way = [*way[:ends], f"({len(way) - 2 * ends} more)", *way[-ends:]]
    return " -> ".join(way).replace("made up by -> ", "made up by ")


def _wrapped(head: str, text: str, indent: str = "    ") -> list[str]:
    return textwrap.wrap(text, WIDE, initial_indent=head, subsequent_indent=indent if head else "")
