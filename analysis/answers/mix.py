"""What to read to be least inbred: the best mix of sources beside others."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.layers import Bools, Floats
from ecosystem.mixing import best_mix, best_single, expected_inbreeding, uniform_mix

SHOWN = 12
"""Sources that are told, those read most first."""


def answer_mix(
    kinship: Floats,
    names: Sequence[str],
    human: Bools,
    cap: float = 1.0,
    current: Floats | None = None,
) -> dict[str, Any]:
    """The mix of sources with the least inbreeding, beside other mixes.

    Args:
        kinship: (k, k) between sources.
        names: of the sources.
        human: (k,) which of them are human.
        cap: the most that can be human, 0 to 1.
        current: (k,) shares in which they are read now.

    Returns:
        cap; mixes, a list of name ("best", "current" where given, "uniform", "best single
        source"), inbreeding (expected S = w'Phi w), human (share); sources, a list of name, human,
        kinship (with itself) and a share in each of the mixes.

    Raises:
        ValueError: sizes that do not fit; shares that are negative or do not sum to 1; as in
            `best_mix`.
    """
    best = best_mix(kinship, human, cap)
    size = len(best)
    if len(names) != size:
        raise ValueError(f"names: given {len(names)}, allowed {size}, one of each source")
    mixes = {"best": best}
    if current is not None:
        right = current.shape == (size,) and (current >= 0).all()
        if not right or abs(current.sum() - 1) > 1e-9:
            raise ValueError(f"current: allowed {size} shares of 0 or more that sum to 1")
        mixes["current"] = current
    mixes["uniform"] = uniform_mix(human, cap)
    mixes["best single source"] = np.eye(size)[best_single(kinship, human, cap)]
    return {
        "cap": cap,
        "mixes": [
            {
                "name": name,
                "inbreeding": expected_inbreeding(kinship, mix),
                "human": float(mix[human].sum()),
            }
            for name, mix in mixes.items()
        ],
        "sources": [
            {
                "name": names[i],
                "human": bool(human[i]),
                "kinship": float(kinship[i, i]),
                "shares": {name: float(mix[i]) for name, mix in mixes.items()},
            }
            for i in range(size)
        ],
    }


def told(answer: dict[str, Any]) -> str:
    """The same for a terminal."""
    mixes = [mix["name"] for mix in answer["mixes"]]
    lines = [f"Expected inbreeding of a training set, at most {answer['cap']:.3g} of it human:"]
    lines += [
        f"  {mix['name']:<20}{mix['inbreeding']:>10.4g}   {mix['human']:.1%} human"
        for mix in answer["mixes"]
    ]
    lines.append(f"Shares of sources:{'':<10}" + "".join(f"{name:>20}" for name in mixes))
    shown = sorted(answer["sources"], key=lambda source: -source["shares"]["best"])
    for source in shown[:SHOWN]:
        shares = "".join(f"{source['shares'][name]:>20.1%}" for name in mixes)
        lines.append(f"  {source['name']:<26}{shares}")
    if len(shown) > SHOWN:
        lines.append(f"  and {len(shown) - SHOWN} more")
    return "\n".join(lines)
