"""What a study says beyond the difference of each arm, as text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.sensitivity import ranked
from analysis.wording import number, signed

Found = Mapping[str, Any]
MOST = 12
"""Rows of a table that are shown."""


def told(findings: Mapping[str, Sequence[Any]]) -> str:
    """All findings of a study (`scenarios.findings_of.findings`), a block each; "" for none."""
    blocks = [
        "\n".join(lines(one)) for kind, lines in BLOCKS.items() for one in findings.get(kind, ())
    ]
    if missing := findings.get("left_out"):
        blocks.append("\n".join(["Not found:", *(f"  {said}" for said in missing)]))
    return "\n\n".join(blocks)


def _sensitivity(found: Found) -> Iterator[str]:
    yield _head("What matters", found)
    names = found.get("titles", {})
    wide = max(len(names.get(one["lever"], one["lever"])) for one in found["levers"])
    sobol = found["plan"] == "sobol"
    first, second = ("by itself (S1)", "in all (ST)") if sobol else ("mu*", "sigma")
    yield f"  {'':{wide}}  {first:>20}  {second:>20}"
    for one in ranked(found):  # type: ignore[arg-type]
        name = f"  {names.get(one['lever'], one['lever']):{wide}}"
        if sobol:
            left, right = _pm(one["first"], one["first_half"]), _pm(one["total"], one["total_half"])
        else:
            left, right = _pm(one["mu_star"], one["mu_star_half"]), number(one["sigma"] or 0.0)
        yield f"{name}  {left:>20}  {right:>20}"
    yield from _sentences(found)


def _robust(found: Found) -> Iterator[str]:
    yield _head("Not knowing the world", found)
    for rule in found["rules"]:
        often = ", ".join(
            f"{arm} {100 * share:.0f} %"
            for arm, share in sorted(rule["chosen"].items(), key=lambda one: -one[1])[:3]
        )
        yield f"  {rule['rule']:15}  {_choice(rule['choice'])}" + (
            f"   (of resampled replicates: {often})" if often else ""
        )
    worst = next(rule["score"] for rule in found["rules"] if rule["rule"] == "minimax regret")
    ranks = sorted(zip(worst, found["arms"], strict=True))
    wide = max(len(arm) for _, arm in ranks[:MOST])
    yield f"  {'':{wide}}  largest regret over {len(found['worlds'])} worlds"
    for score, arm in ranks[:MOST]:
        yield f"  {arm:{wide}}  {number(score)}"
    yield from _rest(len(ranks))
    if found["left_out"]:
        yield f"  Left out, for want of a run in some world: {', '.join(found['left_out'])}."


def _choice(arms: Sequence[str]) -> str:
    return " or ".join(arms) if len(arms) <= 3 else f"any of {len(arms)} arms: they are equal"


def _pareto(found: Found) -> Iterator[str]:
    yield _head("Gain against cost", found)
    front = [one for one in found["members"] if one["front"]]
    wide = max(len(one["arm"]) for one in front[:MOST])
    yield f"  {'not beaten':{max(wide, 16)}}  {'cost':>12}  gain"
    for one in front[:MOST]:
        yield (
            f"  {one['arm']:{max(wide, 16)}}  {number(one['cost']):>12}  {signed(one['gain'])}"
            f"{_band(one['low'], one['high'])}"
        )
    yield from _rest(len(front))
    beaten = [one for one in found["members"] if not one["front"]]
    if beaten:
        sure = sum(one["settled"] for one in beaten)
        yield (
            f"  {len(beaten)} more cost as much or more and gain as little or less; "
            f"for {sure} of them that is beyond chance."
        )


def _too_late(found: Found) -> Iterator[str]:
    held = ", ".join(f"{name} {value}" for name, value in found["held"].items())
    yield _head("How late is too late", found) + (f"; {held}" if held else "")
    yield f"  {'start':>7}  {'gain':>10}  {'interval':24}  left"
    for one in found["starts"]:
        left = "" if one["left"] is None else f"{100 * one['left']:.0f} %"
        band = _band(one["low"], one["high"]).strip()
        yield f"  {number(one['start']):>7}  {signed(one['gain']):>10}  {band:24}  {left}"
    yield from _sentences(found)


def _tipping(found: Found) -> Iterator[str]:
    yield _head("Tipping point", found)
    yield from _sentences(found)


BLOCKS = {
    "sensitivity": _sensitivity,
    "robust": _robust,
    "pareto": _pareto,
    "too_late": _too_late,
    "tipping": _tipping,
}


def _head(what: str, found: Found) -> str:
    """What it is about, of which outcome, and where."""
    where = [f"world {found['world']}" if found.get("world") else "", found.get("arm") or ""]
    better = f"; {found['better']} is better" if "better" in found else ""
    return ", ".join(filter(None, [f"{what}: {found['title']}", *where])) + better


def _sentences(found: Found) -> Iterator[str]:
    yield from (f"  {said}" for said in found["says"])


def _rest(count: int) -> Iterator[str]:
    if count > MOST:
        yield f"  and {count - MOST} more"


def _pm(value: float | None, half: float | None) -> str:
    if value is None:
        return "not defined"
    return f"{value:.3g}" + ("" if half is None else f" ± {half:.2g}")


def _band(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" [{signed(low)}, {signed(high)}]"
