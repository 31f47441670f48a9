"""Language models that learn from language models: what an n-gram learner shows of it.

The papers trained networks of up to billions of weights; here words follow words by count, on
the plays that the project ships. So only directions are compared, and where the sizes differ from
the paper's it is said. Each lineage is fitted to human documents (generation 1) and then to what
its predecessor wrote.
"""

from typing import Any

import numpy as np

from scenarios.replicated import FINITE, Floats, Plain, claims, heterozygosity, lineages, watch
from scenarios.scenario import Scenario
from scenarios.target import Number, Target, bounded, near, positive

LANGUAGE = "language models"
NOT_SHOWN: dict[str, tuple[str, str, str, str]] = {
    "A-52": (
        "Mixing others' outputs transfers and homogenises; best near equal shares.",
        "Vu 2505.21677 (summary)",
        "S",
        "needs private data of unlike tasks and learners that transfer between them; our text "
        "learner counts words, and has nothing to transfer",
    ),
    "A-53": (
        "A network of language models that share one database converges.",
        "Wang 2506.15690 (abstract)",
        "P(abs)",
        "its law for normal distributions is A-46, which is shown; the scenario `same_voice` "
        "shows styles of n-gram models converge, but the paper's own setting is retrieval",
    ),
    "A-54": (
        "Accumulating is not always safe: there are families for which it still collapses.",
        "Barzilai & Shamir 2505.19046 (opening read in full)",
        "P",
        "its families are built for the proof; none of our learners is one of them",
    ),
    "A-56": (
        "Verifiers in silos prune the tails; several reward functions keep several modes.",
        "Qiao 2606.13732; 2605.07724 (summaries)",
        "S",
        "several rewards with one reader each are not an option of the engine yet",
    ),
    "A-57": (
        "Three per cent of generated images already distort, and real data do not heal it.",
        "Bohacek & Farid 2311.12202",
        "S / P(abs)",
        "about diffusion models; our picture learners are fitted anew each generation, and heal",
    ),
    "A-59": (
        "A constant share of real data suffices for convergence.",
        "Fu 2502.18865 (abstract); Wang 2602.16065",
        "P(abs)",
        "a theorem on rates; A-16, A-32 and A-40 show the levels that a constant share holds",
    ),
}
"""Targets of the list that nothing here shows: claim, source, how it is known, and why not."""
STEPS, READ = 10, 400
"""Generations after the first, and documents of each."""


def texts(seed: int, lineages: int, retention: str, human: float = 0.0, **fields: Any) -> Scenario:
    """Lineages of a text learner, each on its own site, with a share of the first human documents.

    Args:
        seed: of the scenario.
        lineages: how many.
        retention: of their sites, "latest" (data are replaced) or "everything" (they accumulate).
        human: share of every training set from human documents that stay.
        **fields: of the scenario, besides.
    """
    takes: list[Plain] = [{"source": "own-{i}", "share": 1 - human}]
    if human > 0:
        takes.append({"source": "library", "share": human})
    given: dict[str, Any] = {
        "name": "texts",
        "seed": seed,
        "steps": STEPS,
        "ledger": False,
        "items": False,
        "meters": ["surprise", "vocabulary"],
        "domains": {"plays": {"kind": "prose"}},
        "sites": [
            {"name": "library", "retention": "everything", "start": READ, "open": False},
            {"name": "own", "count": lineages, **FINITE, "retention": retention, "start": READ},
        ],
        "humans": [
            {"name": "people", "count": lineages, "volume": 0, "writes": {"own-{i}": 1}},
            {"name": "writers", "volume": 0, "writes": {"library": 1}},
        ],
        "models": [
            {
                "name": "m",
                "count": lineages,
                "start": {"kind": "fitted", "source": "diet"},
                "volume": READ,
                "writes": {"own-{i}": 1},
                "diet": {"n": READ, "takes": takes},
                "learner": {"kind": "ngram"},
            }
        ],
    }
    return Scenario.parse(given | fields)


def by_generation(given: Scenario, column: str) -> Floats:
    """(steps + 1, lineages) a meter of every model, from the first generation on."""
    table = given.run().agents.pivot(index="step", columns="agent", values=column)
    return table.to_numpy(dtype=np.float64)


class TenthKept(Target):
    """Cross-entropy of held-out human text, in nats a word."""

    kind = "A-50"
    claim = "Training on one's own text degrades; with a tenth of the original kept, less so."
    source = "Shumailov 2305.17493 (OPT-125m, wikitext2): 20 to 28 in perplexity without"
    known_as = "S,M"
    family = LANGUAGE
    axis = "generation"
    replicates = 40
    note = (
        "The paper calls the loss with a tenth minor; for the n-gram learner it is about half of "
        "the loss without, because a count once lost comes back only by being read again."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        without = _loss(texts(seed, replicates, "latest"))
        tenth = _loss(texts(seed, replicates, "latest", human=0.1))
        found = []
        for t in (1, 2, 5, STEPS):
            alone, helped = without[t] - without[0], tenth[t] - tenth[0]
            found.append(positive("loss added, own text only", alone, at=t))
            found.append(positive("loss added, a tenth of human text", helped, at=t))
            found.append(positive("the first less the second", alone - helped, at=t))
        return found


class ReplaceAccumulate(Target):
    """The same where everything written stays and is read."""

    kind = "A-51"
    claim = "Replacing data loses, accumulating them loses far less; it still loses words."
    source = "Gerstgrasser 2404.01413 (Llama2, 125M): 2.85 to 3.45 replaced, to 2.78 accumulated"
    known_as = "S"
    family = LANGUAGE
    axis = "generation"
    replicates = 40
    note = (
        "In the paper the loss falls a little where data accumulate, because each generation "
        "trains longer; an n-gram learner reads the same number of documents and loses a little. "
        "That the risk is bounded does not mean that the tail is kept: words are lost all the "
        "same, which is compared here too."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        replaced = _loss(texts(seed, replicates, "latest"))
        kept = texts(seed, replicates, "everything")
        table = kept.run().agents.pivot(index="step", columns="agent")
        accumulated = table["plays.cross_entropy"].to_numpy(dtype=np.float64)
        words = table["plays.vocabulary"].to_numpy(dtype=np.float64)
        found = []
        for t in (1, 2, 5, STEPS):
            lost, held = replaced[t] - replaced[0], accumulated[t] - accumulated[0]
            found.append(positive("loss added, replaced", lost, at=t))
            found.append(positive("loss added, accumulated", held, at=t))
            found.append(positive("half of the first less the second", lost / 2 - held, at=t))
        gone = words[0] - words[STEPS]
        found.append(positive("vocabulary lost, accumulated", gone))
        return found


def _loss(given: Scenario) -> Floats:
    return by_generation(given, "plays.cross_entropy")


class FactsBeforeFluency(Target):
    """Text and facts of the same models; fluency is the surprise of a model of human text."""

    kind = "A-55"
    claim = "Facts fail while fluency survives, the sooner the more of the text is synthetic."
    source = "Keisha 2509.04796 (Gemma-3-1B): synthetic share .25, .5 and 1"
    known_as = "P(abs)"
    family = LANGUAGE
    axis = "synthetic share"
    replicates = 40
    note = (
        "Facts: share of 300 facts answered rightly. Fluency: cross-entropy of what a model "
        "writes under a model of human text, which may rise by a fiftieth at most."
    )

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        found, losses = [], {}
        for share in (0.25, 0.5, 1.0):
            given = self.both(seed, replicates, share)
            table = given.run().agents.pivot(index="step", columns="agent")
            right = table["facts.answers_1"].to_numpy(dtype=np.float64)
            surprise = table["plays.human_surprise"].to_numpy(dtype=np.float64)
            losses[share] = 1 - right[STEPS] / right[0]
            found.append(positive("share of the facts lost", losses[share], at=share))
            rise = surprise[STEPS] / surprise[0] - 1
            found.append(bounded("rise in surprise", rise, high=0.02, at=share))
        found.append(positive("facts lost at .5 over .25", losses[0.5] - losses[0.25]))
        found.append(positive("facts lost at 1 over .5", losses[1.0] - losses[0.5]))
        return found

    @staticmethod
    def both(seed: int, lineages: int, share: float) -> Scenario:
        """The same lineages, which also read, and write, of facts."""
        base = texts(seed, lineages, "latest", human=1 - share).plain()
        base["domains"]["facts"] = {
            "kind": "encyclopedia",
            "zipf": {"items": 300, "exponent": 1},
            "wrong_values": 3,
        }
        base["meters"] = ["surprise", "reasoning"]
        for model in base["models"]:
            model["learner"] = {
                "by_domain": {"plays": {"kind": "ngram"}, "facts": {"kind": "frequencies"}}
            }
        return Scenario.parse(base)


class EightDefinitions(Target):
    """One kind of run under three regimes, read in eight ways."""

    kind = "A-58"
    claim = (
        "Eight definitions of collapse disagree on one run: bounded risk, and a tail that is lost."
    )
    source = "Schaeffer 2503.03150"
    known_as = "S"
    family = "definitions"
    replicates = 60
    note = (
        "Facts; a generation writes and reads 1,000 documents (250 for the scaling law). Replaced: "
        "collapse by all eight definitions. Kept, and as many drawn: none by risk that is "
        "catastrophic or diverges, collapse by any rise in risk, by modes, tail, made-up facts and "
        "the scaling law. Kept and all read: only a rise in risk, since what was read once is read "
        "for ever. Risk is the total variation from the truth, variance the Gini-Simpson "
        "diversity, a mode an item that is known, the tail the rarest half of the items."
    )
    rows = (1, 10, 20)

    def numbers(self, seed: int, replicates: int) -> list[Number]:
        kept = {**FINITE, "retention": "everything"}
        every, some = {"all": True}, {"share": 1}
        found = []
        for name, site, take in (("replaced", FINITE, every), ("kept", kept, some)):
            run, small = (self.read(seed, replicates, site, take, n) for n in (1000, 250))
            first, middle, last = (run[t] for t in self.rows)
            late = last["risk"] - middle["risk"]
            found.append(positive(f"{name}: any rise in risk", last["risk"] - first["risk"]))
            if name == "replaced":
                twice = last["risk"] - 2 * first["risk"]
                found.append(positive("replaced: catastrophic, risk over twice the first", twice))
                found.append(positive("replaced: diverging, rise in the second half", late))
                less = first["variance"] - last["variance"]
                found.append(positive("replaced: variance lost", less))
            else:
                times = last["risk"] / first["risk"]
                found.append(bounded("kept: risk over the first", times, high=np.pi**2 / 6))
                share = late / first["risk"]
                found.append(bounded("kept: rise in the second half, of it", share, high=0.05))
            for what, text in (("modes", "modes lost"), ("tail", "share of the tail lost")):
                found.append(positive(f"{name}: {text}", first[what] - last[what]))
            found.append(positive(f"{name}: made-up facts", last["false"] - first["false"]))
            before, after = (run[t]["unseen"] / small[t]["unseen"] for t in (1, 20))
            text = f"{name}: scaling law, loss left by four times the data"
            found.append(positive(text, after - before))
        whole = self.read(seed, replicates, kept, every, 1000)
        for what, text in (("modes", "modes lost"), ("tail", "share of the tail lost")):
            lost = whole[1][what] - whole[20][what]
            found.append(near(f"kept and all read: {text}", lost, 0.0))
        times = whole[20]["risk"] / whole[1]["risk"]
        found.append(bounded("kept and all read: risk over the first", times, high=np.pi**2 / 6))
        return found

    @classmethod
    def read(
        cls, seed: int, replicates: int, site: Plain, take: Plain, n: int
    ) -> dict[int, dict[str, Floats]]:
        """By generation, what each definition looks at, (R,) each."""
        domain = {"zipf": {"items": 1000, "exponent": 1}, "wrong_values": 3}
        truth = 1 / np.arange(1, 1001)
        truth /= truth.sum()
        learner = {"kind": "frequencies", "hallucination": "calibrated"}
        run = lineages(seed, cls.rows[-1], replicates, n, domain, site, take, learner=learner)
        found = {}
        for t, cells in watch(run, cls.rows, lambda world: claims(world, "m")).items():
            shares = cells.sum(axis=2)
            found[t] = {
                "risk": np.abs(shares - truth).sum(axis=1) / 2,
                "variance": heterozygosity(shares),
                "modes": (shares > 0).sum(axis=1).astype(np.float64),
                "tail": (shares[:, 500:] > 0).mean(axis=1),
                "unseen": (shares == 0) @ truth,
                "false": cells[:, :, 1:].sum(axis=(1, 2)),
            }
        return found
