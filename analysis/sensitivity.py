"""Which lever matters: Sobol's indices or Morris's elementary effects, by SALib.

f(x) is an outcome at a point x of a sampling plan: the mean over the replicates, all of which
draw from the same streams at every point. Where the levers are those of the arms, the paired
difference and the arm's own value give the same indices, since the baseline is the same at all
points; where they are those of the worlds, it is not.

Sobol (Saltelli et al. 2010, Computer Physics Communications 181, 259-270):

    S1_i = V(E(f | x_i)) / V(f)        the share of the variance of f that x_i alone explains
    ST_i = E(V(f | all but x_i)) / V(f)      the share in which x_i has any part

Morris (1991, Technometrics 33, 161-174; Campolongo et al. 2007), over trajectories, the elementary
effect EE_i being the change of f over a step of x_i, per whole range of x_i:

    mu*_i = mean |EE_i|,  sigma_i = standard deviation of EE_i (curvature, or interaction)

Intervals are SALib's, mean +- 1.96 standard deviations over a seeded bootstrap of base samples or
trajectories. They hold what the plan leaves open, and not the bias by the noise of replicates: with
s^2 the variance of a run about the sum of its point's mean and its replicate's,

    noise = (s^2 / R) / V(f)

is the share of V(f) that is chance. Were it independent from point to point, S1 would come out
too small by the factor 1 - noise, ST of a lever without any effect would be `floor` = noise instead
of 0, and its mu* sqrt(4 / pi) s / sqrt(R) / step. Common draws make it less: `floor` is what an
index must clearly exceed, not what it is off by.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

import numpy as np

from analysis.layers import Floats

Plan = Literal["sobol", "morris"]
RESAMPLES = 500
SEED = 1
"""Of the bootstrap; SALib takes 0 for none."""
LEVELS = 4
"""Of Morris's grid, SALib's own."""
STEP = LEVELS / (2 * (LEVELS - 1))
"""Of a trajectory, in ranges of a lever."""


class Index(TypedDict):
    """What is found of one lever; halves are those of 95 % intervals.

    Attributes:
        lever: its name.
        first: S1, or None in a plan of Morris.
        total: ST, or None.
        mu: mean elementary effect, in units of the outcome over the lever's range, or None.
        mu_star: mean absolute elementary effect, or None.
        sigma: standard deviation of the elementary effects, or None.
    """

    lever: str
    first: float | None
    first_half: float | None
    total: float | None
    total_half: float | None
    mu: float | None
    mu_star: float | None
    mu_star_half: float | None
    sigma: float | None


class Sensitivity(TypedDict):
    """Indices of all levers for one outcome.

    Attributes:
        plan: how the points were chosen.
        levers: in their order.
        blocks: base samples (sobol) or trajectories (morris) that were used.
        left_out: those with a point that no replicate of the others has.
        replicates: over which a point is averaged, at most.
        spread: standard deviation of the outcome over the points.
        noise: share of its variance that is chance between replicates; NaN for one replicate.
        floor: ST, or mu*, of a lever without effect, were chance independent between points.
    """

    plan: Plan
    levers: list[Index]
    blocks: int
    left_out: int
    replicates: int
    spread: float
    noise: float
    floor: float


def sensitivity(
    values: Floats,
    problem: Mapping[str, Any],
    sample: Floats,
    plan: Plan,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Sensitivity:
    """Indices of every lever.

    Args:
        values: (points, replicates) the outcome; NaN where there is none.
        problem: names and bounds of the levers, as SALib has it.
        sample: (points, levers) as the plan gave it, before levers are made whole numbers.
        plan: which.
        resamples: of the bootstrap.
        seed: of the bootstrap, from 1.

    Raises:
        ValueError: values and sample differ in length, or fewer than two blocks are whole.
    """
    levers = len(problem["names"])
    size = levers + (2 if plan == "sobol" else 1)
    if len(values) != len(sample) or len(values) % size:
        raise ValueError(
            f"values: given {len(values)} points, allowed the {len(sample)} of the sample, in "
            f"blocks of {size}"
        )
    blocks = values.reshape(-1, size, values.shape[1])
    there = np.asarray(np.isfinite(blocks).all(axis=1))
    whole = np.asarray(there.any(axis=1))
    if whole.sum() < 2:
        raise ValueError(
            f"{plan}: given {whole.sum()} whole block(s) of points, allowed 2 or more: run more "
            "points, or those that failed"
        )
    kept = np.where(there[:, None, :], blocks, np.nan)[whole]
    means = np.nanmean(kept, axis=2).ravel()
    scatter = _scatter(kept.reshape(-1, kept.shape[2]))
    points = np.asarray(sample.reshape(-1, size, levers)[whole].reshape(-1, levers))
    main = means.reshape(-1, size)
    spread = float(main[:, [0, -1]].std() if plan == "sobol" else means.std())
    known = dict(problem)  # SALib writes into it
    chance = scatter / spread**2 if spread > 0 else float("nan")
    if plan == "sobol":
        found, floor = _sobol(known, means, resamples, seed), chance
    else:
        found = _morris(known, points, means, resamples, seed)
        floor = float(np.sqrt(4 / np.pi * scatter) / STEP)
    return Sensitivity(
        plan=plan,
        levers=found,
        blocks=int(whole.sum()),
        left_out=int((~whole).sum()),
        replicates=int(there.sum(axis=1).max()),
        spread=spread,
        noise=chance,
        floor=floor,
    )


def _scatter(values: Floats) -> float:
    """s^2 / R of (points, replicates): of the replicates that all points have."""
    whole = values[:, np.isfinite(values).all(axis=0)]
    n, r = whole.shape
    if r < 2:
        return float("nan")
    rest = whole - whole.mean(axis=1, keepdims=True) - whole.mean(axis=0) + whole.mean()
    return float((rest**2).sum() / (n - 1) / (r - 1) / r)


def _sobol(problem: dict[str, Any], means: Floats, resamples: int, seed: int) -> list[Index]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SALib.analyze import sobol

        if np.ptp(means) == 0:  # SALib divides by it
            each = dict.fromkeys(
                ("S1", "S1_conf", "ST", "ST_conf"), [float("nan")] * problem["num_vars"]
            )
        else:
            each = sobol.analyze(
                problem,
                means,
                calc_second_order=False,
                num_resamples=resamples,
                seed=seed,
            )
    return [
        _index(
            name,
            first=float(each["S1"][i]),
            first_half=float(each["S1_conf"][i]),
            total=float(each["ST"][i]),
            total_half=float(each["ST_conf"][i]),
        )
        for i, name in enumerate(problem["names"])
    ]


def _morris(
    problem: dict[str, Any], points: Floats, means: Floats, resamples: int, seed: int
) -> list[Index]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SALib.analyze import morris

        each = morris.analyze(
            problem, points, means, num_resamples=resamples, num_levels=LEVELS, seed=seed
        )
    return [
        _index(
            name,
            mu=float(each["mu"][i]),
            mu_star=float(each["mu_star"][i]),
            mu_star_half=float(each["mu_star_conf"][i]),
            sigma=float(each["sigma"][i]),
        )
        for i, name in enumerate(problem["names"])
    ]


def _index(lever: str, **known: float) -> Index:
    """An index; what its plan does not give is None."""
    fields = [name for name in Index.__annotations__ if name != "lever"]
    return Index(lever=lever, **{name: known.get(name) for name in fields})  # type: ignore[typeddict-item]


def ranked(found: Sensitivity) -> Sequence[Index]:
    """The levers, the one that matters most first."""
    of = "total" if found["plan"] == "sobol" else "mu_star"
    return sorted(found["levers"], key=lambda one: -np.nan_to_num(float(one[of] or 0.0)))  # type: ignore[literal-required]


def told(found: Sensitivity) -> list[str]:
    """What the indices assume and leave out, in sentences."""
    unit = "base samples" if found["plan"] == "sobol" else "trajectories"
    said = [
        f"Over {found['blocks']} {unit}, each point the mean of up to {found['replicates']} "
        f"replicates; intervals are 95 %, by bootstrap over the {unit}: they cover the choice of "
        "points, not chance between replicates."
    ]
    if found["left_out"]:
        said.append(f"{found['left_out']} {unit} are left out, for want of a run.")
    if found["spread"] == 0:
        return [*said, "The outcome is the same at every point: no lever matters, or none acts."]
    if not np.isfinite(found["noise"] if found["noise"] is not None else np.nan):
        said.append("With one replicate nothing is known of chance, which adds to every index.")
    else:
        name = "an ST" if found["plan"] == "sobol" else "a mu*"
        said.append(
            f"Chance between replicates makes up {100 * found['noise']:.2g} % of the variance over "
            f"the points: {name} of up to about {found['floor']:.2g} may be nothing but that."
        )
    return said
