"""The main scenario: a dozen different models on one web, from late 2022, human writing peaks.

Facts (birds, history), pictures, worked exercises and prose stand on the same sites; every model
learns the facts, and one of the others as well. Shows all four losses: forgotten birds, wrong
dates, models that come to write alike, and what is due to the peak in human writing alone. Look at
evenness (Hill 1), divergence between models over groups, items whose leading claim is false, tail
coverage, the variance of pictures, edge cases and vocabulary, against `humans_only` and
`humans_peak_no_ai`. It would be refuted as a story of model collapse if these curves stayed
inside those of the two controls.
"""

from collections.abc import Iterable, Sequence
from math import log
from typing import Any

from scenarios.scenario import Scenario

COMMUNITIES = 20
WRITING = 8000.0
"""Human documents per quarter and domain at the start: a web of some 50,000 documents, about 50
an item. Above some 100 an item hardly anything is invented, so this scales the story told."""
PEAK = 10
"""Quarter after which human writing falls: the step of mid 2025."""
AI_SHARE, AI_MIDPOINT, AI_RATE = 0.52, 2.8, 1.0
"""AI share of new documents, logistic in the quarter, against human writing that stays level."""
NAMES = "ABCDEFGHIJKL"
FACTS = ("birds", "history")
SKILLS = ("pictures", "exercises", "prose")
"""What a third of the models each learn beside the facts."""
SKILLED = 400.0
"""Human documents per quarter on each of these, each of which is kept by itself."""
CRAWLED = {"pictures": 400, "exercises": 500, "prose": 400}
"""Documents on them in a training set."""
LEARNERS: dict[str, dict[str, Any]] = {
    "pictures": {"kind": "gaussian"},
    "exercises": {"kind": "classifier", "parameters": {"min_samples_leaf": 2}},
    "prose": {"kind": "ngram", "order": 2},
}

REASONS = {
    "steps": "Forty quarters, from the end of 2022, just after ChatGPT, to the end of 2032.",
    "domains": "Birds (1,000 species) and history (1,185 dated events): real facts that can be "
    "forgotten and got wrong. Handwritten digits, worked exercises and the speeches of nine plays: "
    "real material that can lose its variety, its edge cases and its words. A third of the models "
    "each learn one of the latter, so that a step stays short.",
    "costly_every": "Meters that ask models for many documents are read every fourth quarter.",
    "sites.*.count": "A forum for each community of humans; a third of the sites are farms.",
    "sites.*.attention": "What is read lags what is published, because content farms draw a tenth "
    "of the attention per document (measured: 14 % of search results, 18 % of chatbot citations).",
    "sites.*.attention_falls": "Within a group attention falls as 1/rank (Zipf).",
    "sites.*.retention": "Half of what stands is gone after four quarters. Where everything is "
    "kept hardly anything is lost; where only the latest is, everything is.",
    "sites.*.start": "Forums start with what their writers would have left there, so that nothing "
    "moves while only humans write; farms start empty.",
    "humans.*.count": "Twenty communities, enough for unlike tastes.",
    "humans.*.volume": "Together 8,000 documents a quarter on birds and as many on history: a web "
    "of some 50,000 each, about 50 an item (above some 100 hardly anything is invented); 400 on "
    "each of the others, where every document is kept by itself. After mid 2025 human writing "
    "falls by 3 % a quarter ('peak data').",
    "humans.*.writes": "Every community writes on a forum of its own.",
    "humans.*.error": "Human error .02 per document, at the low end of .01 to .12 per citation.",
    "humans.*.topic_spread": "Community topics differ, so that models have something to lose by "
    "converging.",
    "models.*.start": "Trained ten times on the web of row 0, so that what inertia keeps of former "
    "selves is there when the story begins.",
    "models.*.volume": "AI share of new documents follows a logistic to .52: .39 of new articles a "
    "year after ChatGPT, over .50 in November 2024, .52 in May 2025 (Graphite, 65,000 Common Crawl "
    "articles); after mid 2025 model output stays level while human writing falls, so the share "
    "keeps rising.",
    "models.*.writes": "Models write on farms, and a sixth of their text on forums.",
    "models.*.diet": "A crawl of about 20,000 documents, some 20 an item, so that rare items are "
    "missed and evidence is thin; tastes for sites are drawn, so that models read unlike sites.",
    "models.*.decoding": "Temperature about .9 and claim temperature about .67 are what makes "
    "models mode-seeking.",
    "models.*.learner": "Items not seen keep some mass, as the previous self spoke of them; "
    "hallucination is calibrated to the share of items read once (Kalai & Vempala 2024) with a "
    "floor of .002; a fifth of the previous self is kept. Every model's settings differ.",
}
"""Why each setting is what it is, by its path; `docs/ODD.md` shows them beside the values."""
NOTES = " ".join([*REASONS.values(), "These are a model's settings, not measurements of any lab."])


def scenario() -> Scenario:
    """Twelve models, twenty communities, thirty sites, forty quarters."""
    return Scenario.parse(
        {
            "name": "habsburg",
            "title": "The web fills with text by models, and models train on the web",
            "question": "What happens to the web, and to models trained on it, once models "
            "train on each other's output while human writing peaks?",
            "notes": NOTES,
            "steps": 40,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "costly_every": 4,
            "domains": {
                "birds": {"kind": "encyclopedia", "table": "birds"},
                "history": {"kind": "encyclopedia", "table": "history"},
                "pictures": {"kind": "portraits"},
                "exercises": {"kind": "exercises"},
                "prose": {"kind": "prose", "width": 24},
            },
            "sites": [
                _site("forum", "human", COMMUNITIES, 1.0, "stationary"),
                _site("farm", "farm", 10, 0.1, 0),
            ],
            "humans": [
                {
                    "name": "community",
                    "count": COMMUNITIES,
                    "volume": by_domain(
                        {
                            "kind": "exponential",
                            "value": written / COMMUNITIES,
                            "rate": log(0.97),
                            "start": PEAK,
                        }
                        for written in (WRITING, SKILLED)
                    ),
                    "writes": {"forum-{i}": 1},
                    "error": 0.02,
                    "topic_spread": 1.2,
                }
            ],
            "models": [_model(i) for i in range(len(NAMES))],
        }
    )


def _site(name: str, kind: str, count: int, attention: float, start: float | str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "count": count,
        "attention": attention,
        "attention_falls": 1.0,
        "retention": {"half_life": 4},
        "documents": "finite",
        "volume": "poisson",
        "start": start,
    }


def by_domain(settings: Iterable[Any], skills: Sequence[str] = SKILLS) -> dict[str, Any]:
    """One setting for the facts, and one for each of some skills."""
    fact, skill = settings
    return {"by_domain": dict.fromkeys(FACTS, fact) | dict.fromkeys(skills, skill)}


def level() -> dict[str, Any]:
    """Volume of a community that writes as much as ever."""
    return by_domain(written / COMMUNITIES for written in (WRITING, SKILLED))


def _model(i: int) -> dict[str, Any]:
    """Model i of twelve: settings spread evenly around the stated means."""
    place = (i * 5 % 12 - 5.5) / 5.5  # -1 to 1, neighbours in the alphabet unlike
    other = (i * 7 % 12 - 5.5) / 5.5
    skill = SKILLS[i % len(SKILLS)]
    takes = [{"share": 1.0, "affinity": 1.5}]
    return {
        "name": f"model-{NAMES[i]}",
        "start": {"kind": "fitted", "source": "diet", "rounds": 10},
        "volume": by_domain(
            (_output(WRITING, len(NAMES), other), _output(SKILLED, len(NAMES) // len(SKILLS), 0)),
            [skill],
        ),
        "writes": {"farm": 1.0, "forum": 0.1},
        "diet": by_domain(
            (
                {"n": round(20_000 * 2**place), "takes": takes},
                {"n": CRAWLED[skill], "takes": takes},
            ),
            [skill],
        ),
        "decoding": {
            "temperature": round(0.9 + 0.08 * other, 4),
            "claim_temperature": round(1 / (1.5 + 0.2 * place), 4),
        },
        "learner": by_domain(
            (
                {
                    "kind": "frequencies",
                    "estimator": "good_turing",
                    "unseen": "previous",
                    "inertia": round(0.2 + 0.1 * other, 4),
                    "hallucination": "calibrated",
                    "floor": 0.002,
                },
                LEARNERS[skill],
            ),
            [skill],
        ),
    }


def _output(written: float, models: int, other: float) -> dict[str, Any]:
    """Documents a quarter of one of so many models, where humans write so many."""
    return {
        "kind": "logistic",
        "ceiling": written * AI_SHARE / (1 - AI_SHARE) / models * (1 + 0.5 * other),
        # of a share a = L / (1 + e^-r(t-m)) the ratio a / (1 - a) is a logistic as well
        "midpoint": AI_MIDPOINT - log(1 - AI_SHARE) / AI_RATE,
        "rate": AI_RATE,
    }


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)
