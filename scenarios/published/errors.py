"""Errors that models copy: where they settle, and when one takes over that has an advantage.

Derived for this project (levels); Kimura (1962) and the Wright-Fisher model of population genetics
(fixation).
"""

from collections.abc import Sequence

from analysis.oracles import Advantage, error_levels, kimura
from ecosystem.ecosystem import Ecosystem
from scenarios.replicated import UNLIMITED, Floats, Plain, bare_scenario, claims, humans, watch
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, near, sampled

KNOWLEDGE: Plain = {"zipf": {"items": 20}, "wrong_values": 4}
ERRORS = "errors"


def erring(
    seed: int, steps: int, n: int, f: float, eps: float, e_h: float, replicates: int
) -> Scenario:
    """Models on a web of their own and a share f of human text, from a web without errors.

    Args:
        seed: of the scenario.
        steps: to run.
        n: documents that a model reads in a generation.
        f: chance that one is human.
        eps: chance that what a model writes is wrong where what it read is not.
        e_h: chance that a human errs.
        replicates: models.
    """
    takes = [{"source": "people's", "share": f}, {"source": "own-{i}", "share": 1 - f}]
    return bare_scenario(
        seed,
        steps,
        KNOWLEDGE,
        [{"name": "people's", **UNLIMITED}, {"name": "own", "count": replicates, **UNLIMITED}],
        [
            {
                "name": "m",
                "count": replicates,
                # of 0 humans errors at the start: what it writes first is true
                "start": {"kind": "given"},
                "volume": 1,
                "writes": {"own-{i}": 1},
                "diet": {"n": n, "takes": takes if f else takes[1:]},
                "learner": {"kind": "frequencies", "hallucination": "constant", "floor": eps},
            }
        ],
        humans=[{**humans(volume=1, writes={"people's": 1}), "error": e_h}],
    )


def written(world: Ecosystem) -> Floats:
    """(R,) false share of what each model writes."""
    return 1 - claims(world, "m")[:, :, 0].sum(axis=1)


def advantaged(
    seed: int, chain: Advantage, shares: Sequence[float], rows: Sequence[int], replicates: int
) -> dict[int, dict[float, Floats]]:
    """By generation and first share, (R,) share of an error in lineages that read themselves.

    A verifier passes one of right and wrong documents more than the other; of what passes an
    error has the chance p (1 + s) / (1 + s p): a haploid advantage of s.
    """
    group = {f"from{i}": p for i, p in enumerate(shares)}
    given = bare_scenario(
        seed,
        max(rows),
        {"weights": [1.0], "wrong_values": 1},
        [{"name": f"own-{name}", "count": replicates, **UNLIMITED} for name in group],
        [
            {
                "name": name,
                "count": replicates,
                "start": {"kind": "given", "false": p},
                "volume": 1,
                "writes": {f"own-{name}-{{i}}": 1},
                "diet": {
                    "n": chain.reads,
                    "takes": [{"source": f"own-{name}-{{i}}", "share": 1}],
                },
            }
            for name, p in group.items()
        ],
        policies=[
            {
                "kind": "verification",
                "true_pass": chain.true_pass,
                "false_pass": chain.false_pass,
            }
        ],
    )
    return watch(
        given, rows, lambda world: {p: claims(world, name)[:, 0, 1] for name, p in group.items()}
    )


class ErrorLevel(Target):
    """e of a training set, and what is then written; with a human share of .2, and with none."""

    kind = "A-32"
    claim = "Errors that models copy and add to settle at a level set by the human share."
    source = "derived for this project"
    known_as = "D n"
    family = ERRORS
    axis = "generation"
    replicates = 200
    quick = True

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        f, eps, e_h, n, found = 0.2, 0.02, 0.01, 100_000, []
        rows = (1, 2, 3, 5, 8, 12, 16, 20, 30, 40)
        settled = ((1 - f) * eps + f * e_h) / (1 - (1 - f) * (1 - eps))
        assert abs(settled - 0.0833) < 5e-5
        assert abs(1 - (1 - eps) ** 20 - 0.332) < 5e-4
        for human in (f, 0.0):
            law = error_levels(human, eps, e_h, rows[-1])
            run = erring(seed, rows[-1], n, human, eps, e_h, replicates)
            seen = watch(run, rows, written)
            name = f"error written, f = {human:g}"
            found += [sampled(name, seen[t], law[t], at=t) for t in rows]
            if human:
                read = (seen[rows[-1]] - eps) / (1 - eps)
                found.append(near("e*, of what is read", read, settled, rows[-1], relative=0.01))
        return found


class Fixation(Target):
    """A hundred documents of a lineage on its own output, of which a share p begins wrong."""

    kind = "A-33"
    claim = "An error with a small advantage takes over as Kimura's formula says."
    source = "Kimura, diffusion of a haploid Wright-Fisher population"
    known_as = "D n"
    family = ERRORS
    axis = "generation"
    replicates = 250
    note = (
        "An advantage s is a verifier that passes 1 + s errors to a truth. What passes is 100 "
        "documents on average while the error is rare, up to 100 (1 + s) of them in the end: a "
        "population whose size varies, for which the chain is exact. The engine is held to the "
        "chain by standard errors, and the formula to the chain within the table's 5 %, since to "
        "see 5 % of a chance of .04 takes 30,000 lineages run to their end."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        n, found = 100, []
        for s, shares, printed, rows in (
            (0.1, [0.01], [0.181], (1, 10, 20, 50, 80)),
            (0.02, [0.01, 0.05], [0.0399, 0.185], (1, 20, 50, 90, 130)),
            (-0.02, [0.05], [0.0041], (1, 20, 50)),
        ):
            chain = Advantage(n, s)
            seen = advantaged(seed, chain, shares, rows, replicates)
            for p, known in zip(shares, printed, strict=True):
                law = kimura(n, s, p)
                assert abs(law - known) < 5e-4
                name = f"s = {s:g}, p = {p:g}"
                exact = chain.fixed(p)
                found.append(near(f"chain of {name}, by the formula", exact, law, relative=0.05))
                after = chain.after(p, rows)
                for t in rows:
                    now, chances = seen[t][p], after[t]
                    found.append(sampled(f"share, {name}", now, chances @ chain.shares, at=t))
                    ends = {"lost": (now == 0, chances[0]), "taken over": (now == 1, chances[-1])}
                    found += [
                        sampled(f"{end}, {name}", there, chance, at=t)
                        for end, (there, chance) in ends.items()
                        if chance > 0.05
                    ]
        return found
