"""The effects of the arms of a study, as text for a terminal."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def told(effects: pd.DataFrame, titles: Mapping[str, str], signs: Mapping[str, float]) -> str:
    """By outcome and world, the best arm first; "" where there is no arm.

    Args:
        effects: see `analysis.effects.effects`.
        titles: by outcome.
        signs: by outcome 1 where higher is better, -1 where lower is.
    """
    if effects.empty:
        return ""
    wide = max(10, *(len(arm) for arm in effects["arm"]))
    lines = []
    for keys, part in effects.groupby(["outcome", "world"], sort=False):
        outcome, world = map(str, keys)
        where = f", in {world}" if world else ""
        wanted = "higher" if signs[outcome] > 0 else "lower"
        lines.append(f"{titles[outcome]}{where} [{outcome}; {wanted} is better]")
        ordered = part.assign(gain=signs[outcome] * part["difference"])
        ordered = ordered.sort_values("gain", ascending=False, kind="stable")
        lines.append(f"  {'baseline':{wide}} {ordered['baseline'].iloc[0]:12.5g}")
        for row in ordered.to_dict("records"):
            band = "" if np.isnan(row["low"]) else f"  [{row['low']:+.3g}, {row['high']:+.3g}]"
            helps = f"  helps in {row['helps'] * row['pairs']:g} of {row['pairs']}"
            if row["undefined"]:
                helps += f"; not defined in {row['undefined']} more"
            found = f"{row['difference']:+12.4g}{band}{helps}" if row["pairs"] else "  not defined"
            lines.append(f"  {row['arm']:{wide}} {found}")
        lines.append("")
    lines.append("Differences to the baseline on the same draws, means with 95 % intervals.")
    return "\n".join(lines)
