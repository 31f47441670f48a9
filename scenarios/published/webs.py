"""Webs of models with exact laws: human inflow, any scrape network, pools, isolation, descent.

Derived for this project and confirmed by independent simulations. Everywhere one sampling a
generation: models draw their training sets from the authors' distributions (unlimited
documents) or take a whole finite generation. H = 1 - sum q^2, J = 1 - H.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.ancestry import Ancestry
from analysis.oracles import (
    coalescence,
    growth,
    human_share,
    human_share_exact,
    network,
    resampling,
)
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import (
    DOMAIN,
    FINITE,
    UNLIMITED,
    Floats,
    Plain,
    bare_scenario,
    equal,
    heterozygosity,
    humans,
    identity,
    known,
    lineages,
    scrapers,
    topics,
    watch,
)
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, near, sampled

WEBS, DESCENT = "webs", "descent"
DERIVED = "derived for this project"


def fed(seed: int, steps: int, replicates: int, items: int, diet: Plain) -> Scenario:
    """R lineages on their own site, and one inexhaustible human site for all."""
    return bare_scenario(
        seed,
        steps,
        equal(items),
        [{"name": "people's", **UNLIMITED}, {"name": "own", "count": replicates, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                "start": "truth",
                "volume": 7,
                "writes": {"own-{i}": 1},
                "diet": diet,
            }
        ],
        humans=[humans(volume=3, writes={"people's": 1})],
    )


def with_humans(n: int, k: int) -> Plain:
    """A diet of exactly k human documents and n - k of its own."""
    return {"takes": [{"source": "people's", "k": k}, {"source": "own-{i}", "k": n - k}]}


def mixed_with_humans(n: int, f: float, allocation: str = "random") -> Plain:
    """A diet of n documents, each human with probability f (or a quota of them)."""
    takes = [{"source": "people's", "share": f}, {"source": "own-{i}", "share": 1 - f}]
    return {"n": n, "takes": takes, "allocation": allocation}


class HumanInflow(Target):
    """H relative to that of the truth; the last point is a mean over half of the run."""

    kind = "A-40"
    claim = (
        "A trickle of fresh human documents holds diversity at a level given by n and its share."
    )
    source = DERIVED
    known_as = "D n"
    family = WEBS
    axis = "generation"
    replicates = 500
    note = "Also the recursive form of partial synthetic training, Seddik 2404.05090."

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        items, found = 20, []
        cases: list[tuple[str, int, Plain, Callable[[int], Floats], int, float]] = [
            (
                "n=50, k=5",
                60,
                with_humans(50, 5),
                lambda t: human_share_exact(50, 5, items, t),
                50,
                0.9038,
            ),
            (
                "n=200, k=20",
                60,
                with_humans(200, 20),
                lambda t: human_share_exact(200, 20, items, t),
                200,
                0.9743,
            ),
            (
                "n=100, f=.1",
                60,
                mixed_with_humans(100, 0.1),
                lambda t: human_share(100, 0.1, items, t),
                100,
                0.9495,
            ),
            (
                "n=50, f=.02",
                160,
                mixed_with_humans(50, 0.02),
                lambda t: human_share(50, 0.02, items, t),
                50,
                0.6599,
            ),
        ]
        for name, steps, diet, law, _, printed in cases:
            expected = law(steps)
            assert abs(expected[-1] - printed) < 2e-4
            late = range(steps // 2, steps + 1)
            rows = (1, 2, 5, 10, 20)
            run = fed(seed, steps, replicates, items, diet)
            seen = watch(
                run, {*rows, *late}, lambda w: heterozygosity(topics(w, "m")) / (1 - 1 / items)
            )
            found += [sampled(f"H/H0, {name}", seen[t], expected[t], at=t) for t in rows]
            settled = np.mean([seen[t] for t in late], axis=0)
            found.append(
                sampled(f"H/H0, {name}, later half", settled, expected[steps // 2 :].mean())
            )
        return found


LABS = "abcd"
N = np.array([40, 80, 60, 100])
HUMAN = np.array([0.0, 0.05, 0.0, 0.02])
ROWS = np.array([[0.6, 0.3, 0.1, 0], [0.2, 0.5, 0.2, 0.1], [0, 0.4, 0.4, 0.2], [0.3, 0, 0.3, 0.4]])
SCRAPE = ROWS * (1 - HUMAN)[:, None]


def labs(seed: int, steps: int, replicates: int, site: Plain, **model: Any) -> Scenario:
    """R independent networks of the four labs, each with a site of its own."""
    return bare_scenario(
        seed,
        steps,
        equal(20),
        [
            {"name": "people's", **UNLIMITED},
            *({"name": f"site-{lab}", "count": replicates, **site} for lab in LABS),
        ],
        [
            {
                "name": lab,
                "count": replicates,
                "start": "truth",
                "volume": 50,
                "writes": {f"site-{lab}-{{i}}": 1},
                "diet": {"n": int(N[i]), "takes": _takes(i)},
            }
            | model
            for i, lab in enumerate(LABS)
        ],
        humans=[humans(volume=1, writes={"people's": 1})],
    )


def _takes(i: int) -> list[Plain]:
    sources = {f"site-{lab}-{{i}}": float(SCRAPE[i, j]) for j, lab in enumerate(LABS)}
    sources["people's"] = float(HUMAN[i])
    return [{"source": name, "share": share} for name, share in sources.items() if share]


def shared_identity(world: Ecosystem) -> Floats:
    """(R, M, M) J within and between the labs of each replicate."""
    shares = [topics(world, lab) for lab in LABS]
    return np.array([[identity(a, b) for b in shares] for a in shares]).transpose(2, 0, 1)


class ScrapeNetwork(Target):
    """Four labs of unlike size, two of them with a little human text."""

    kind = "A-41"
    claim = "Identity within and between the models of any scrape network follows J' = B J B'."
    source = DERIVED
    known_as = "D n"
    family = WEBS
    axis = "generation"
    replicates = 150

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        steps, early = 300, (1, 2, 5, 10, 20, 40, 80)
        late = range(150, steps + 1, 5)
        law = network(SCRAPE, HUMAN, N, 1 / 20, steps)
        printed = {
            10: (0.8859, 0.9092, 0.9030, 0.9077),
            40: (0.8387, 0.8670, 0.8560, 0.8599),
            300: (0.8226, 0.8525, 0.8399, 0.8436),
        }
        for t, numbers in printed.items():
            np.testing.assert_allclose(1 - np.diag(law[t])[:4], numbers, atol=6e-5)
        seen = watch(labs(seed, steps, replicates, UNLIMITED), {*early, *late}, shared_identity)
        found = []
        for i, a in enumerate(LABS):
            found += [
                sampled(f"H of {a}", 1 - seen[t][:, i, i], 1 - law[t][i, i], at=t) for t in early
            ]
            for j in range(i + 1, 4):
                pair = f"J of {a} and {LABS[j]}"
                found += [sampled(pair, seen[t][:, i, j], law[t][i, j], at=t) for t in early]
        settled = np.mean([seen[t] for t in late], axis=0)
        ended = law[list(late)].mean(axis=0)
        pooled = 1 - float(ended[:4, :4].mean())
        found.append(sampled("H pooled, later half", 1 - settled.mean(axis=(1, 2)), pooled))
        return found


ITEMS, POOL = 30, 120
"""Items, and documents that all models of a web read together."""


def pools(
    seed: int, m: int, steps: int, replicates: int, isolated: bool, site: Plain = UNLIMITED
) -> Scenario:
    """Webs of M models each, on one site together or on one each."""
    places = [f"page-{j}" if isolated else "page" for j in range(m)]
    return bare_scenario(
        seed,
        steps,
        equal(ITEMS),
        [{"name": place, "count": replicates, **site} for place in dict.fromkeys(places)],
        [
            {
                "name": f"m-{j}",
                "count": replicates,
                "start": "truth",
                "volume": POOL // m,
                "writes": {f"{place}-{{i}}": 1},
                "diet": {"n": POOL // m, "takes": [{"source": f"{place}-{{i}}", "share": 1}]},
            }
            for j, place in enumerate(places)
        ],
    )


def outputs(m: int) -> Callable[[Ecosystem], Floats]:
    """Reads (M, R, items), what every model writes."""
    return lambda world: np.stack([topics(world, f"m-{j}") for j in range(m)])


def within(shares: Floats) -> Floats:
    """(R,) mean H of the models of a web, relative to the truth's."""
    return np.asarray(heterozygosity(shares).mean(axis=0) / (1 - 1 / ITEMS))


def pooled(shares: Floats) -> Floats:
    """(R,) H of the mean of the models of a web, relative to the truth's."""
    return heterozygosity(shares.mean(axis=0)) / (1 - 1 / ITEMS)


class OneModel(Target):
    """Models that all scrape the pool of all: 1, 2, 4 and 12 of them."""

    kind = "A-42"
    claim = "Models that scrape one pool are one model: their number is irrelevant."
    source = DERIVED
    known_as = "D n"
    family = WEBS
    axis = "generation"
    replicates = 600

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows, found = (10, 20, 40, 60), []
        for m in (1, 2, 4, 12):
            run = pools(seed, m, 60, replicates // (2 if m == 12 else 1), isolated=False)
            seen = watch(run, rows, outputs(m))
            name = f"pooled H/H0 of {m}"
            found += [sampled(name, pooled(seen[t]), (1 - 1 / POOL) ** t, at=t) for t in rows]
            if m > 1:  # what is left within each is the pool's, less M/n
                law = (1 - 1 / POOL) ** 59 * (1 - m / POOL)
                found.append(sampled(f"H/H0 within each of {m}", within(seen[60]), law, at=60))
        return found


class Isolation(Target):
    """Two models, and four, each on nothing but its own output."""

    kind = "A-43"
    claim = "Isolation trades diversity within models for diversity between them."
    source = DERIVED
    known_as = "D n"
    family = WEBS
    axis = "generation"
    replicates = 600

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows, found = (10, 20, 40, 60), []
        for m, inside, together in ((2, 0.3648, 0.6824), (4, 0.1308, 0.7827)):
            seen = watch(pools(seed, m, 60, replicates, isolated=True), rows, outputs(m))
            law = {t: (1 - m / POOL) ** t for t in rows}
            np.testing.assert_allclose(
                [law[60], 1 - (1 - law[60]) / m], [inside, together], atol=5e-5
            )
            for t in rows:
                found.append(sampled(f"H/H0 within each of {m}", within(seen[t]), law[t], at=t))
                whole = 1 - (1 - law[t]) / m
                found.append(sampled(f"pooled H/H0 of {m}", pooled(seen[t]), whole, at=t))
        return found


class Genealogy(Target):
    """Each document of generation 0 is an item of its own, so that items left are ancestors."""

    kind = "A-09"
    claim = "Of 500 documents 316 have descendants after one generation and 19 after fifty."
    source = "Wright-Fisher; Kingman"
    known_as = "D n"
    family = DESCENT
    axis = "generation"
    replicates = 200
    whole = True
    note = (
        "The source's law is near-exact (3 %); the exact chain is held to standard errors besides."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, rows, found = 500, (1, 2, 5, 10, 20, 50), []
        seen = watch(lineages(seed, 50, replicates, n, equal(n)), rows, _left)
        chain, now, exact = resampling(n), np.eye(n + 1)[1], {}
        for k in range(1, 51):
            now = now @ chain
            exact[k] = n * (1 - now[0])
        law = n * growth(51)
        np.testing.assert_allclose(law[[1, 5, 10, 50]], [316.1, 134.0, 79.1, 18.8], atol=0.06)
        for k in rows:
            found.append(near("with descendants", seen[k], law[k], at=k, relative=0.03))
            found.append(sampled("with descendants, exactly", seen[k], exact[k], at=k))
        n, steps = 50, 400
        before, whole = coalescence(n, steps)
        assert abs(whole - 2 * n * (1 - 1 / n)) < 0.03 * whole
        left = watch(lineages(seed, steps, replicates, n, equal(n)), range(steps), _left)
        waiting = np.array([left[t] > 1 for t in range(steps)]).sum(axis=0)
        found.append(sampled("generations to one ancestor of 50", waiting, before))
        return found


def _left(world: Ecosystem) -> Floats:
    """(R,) items of which any document is left."""
    return np.asarray(known(world, "m").sum(axis=1))


class Depth(Target):
    """Of what is read; kept by the ledger as an expectation, so compared to rounding."""

    kind = "A-44"
    claim = "Generations of AI ancestry: t if data are replaced, log t if kept, (1-f)/f if mixed."
    source = DERIVED
    known_as = "D n"
    family = DESCENT
    axis = "generation"
    replicates = 2
    quick = True
    note = "The ledger keeps probabilities: nothing is random here, and agreement is to rounding."

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        rows = (1, 2, 5, 10, 20, 50)
        keep = {**FINITE, "retention": "everything"}
        harmonic = np.cumsum(1 / np.arange(1, 51))
        cases: list[tuple[str, Plain, Floats]] = [
            ("replace", FINITE, np.arange(1.0, 51.0)),
            ("accumulate", keep, harmonic),
        ]
        found = []
        for name, site, law in cases:
            run = lineages(seed, 50, replicates, 50, equal(5), site, {"all": True})
            depth = _of(ancestry(run), "m-1", ancestry(run).depth())
            found += [sampled(name, depth[t - 1 : t], law[t - 1], at=t) for t in rows]
        f, steps = 0.1, 100
        lines = ancestry(scrapers(seed, steps, [[1 - f]]))
        read = _of(lines, "a", lines.layers.parents(lines.depth()))[-1:]
        shares = _of(lines, "a", lines.layers.parents(lines.depth_histogram(steps)))[-1]
        found.append(near("a tenth of human text", read, (1 - f) / f, relative=0.02))
        beyond = shares[10:].sum()
        found.append(
            near("a tenth of human text: P(10 or more)", beyond, (1 - f) ** 10, relative=0.02)
        )
        return found


class AbsorbingChain(Target):
    """Two models that read each other, each with a fifth of human text."""

    kind = "A-45"
    claim = "A line of ancestors walks back as in an absorbing chain: 5 steps to a human here."
    source = DERIVED
    known_as = "D"
    family = DESCENT
    axis = "steps back"
    replicates = 1
    note = Depth.note

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        scrape, steps, found = np.array([[0.5, 0.3], [0.2, 0.6]]), 120, []
        lines = ancestry(scrapers(seed, steps, scrape))
        depth, shares = lines.depth(), lines.depth_histogram(steps + 1)
        for i, model in enumerate("ab"):
            own = _of(lines, model, depth)[-1:]
            read = _of(lines, model, lines.layers.parents(depth))[-1:]
            found.append(near(f"steps to a human, of {model}", own, 5.0, relative=0.02))
            found.append(near(f"models behind a document, of {model}", read, 4.0, relative=0.02))
            synthetic = 1 - np.cumsum(_of(lines, model, lines.layers.parents(shares))[-1])
            for t in (1, 2, 5, 10, 20):
                law = float(np.linalg.matrix_power(scrape, t).sum(axis=1)[i])
                found.append(
                    near(f"P(still synthetic), {model}", synthetic[t - 1], law, at=t, relative=0.02)
                )
        return found


def ancestry(given: Scenario) -> Ancestry:
    """Run a scenario with its ledger, and read the ancestry of its one domain."""
    return Ancestry(given.with_(ledger=True).run(), DOMAIN)


def _of(found: Ancestry, model: str, values: Floats) -> Floats:
    """(steps, ...) what was found for one model's training sets of steps 1, 2, ..."""
    nodes = found.nodes
    rows = (nodes["kind"] == "training") & (nodes["name"] == model) & (nodes["step"] > 0)
    return values[rows.to_numpy()]
