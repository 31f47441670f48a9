"""What models write, by generation: documents in words, for the report."""

from typing import Any

import numpy as np

from analysis.run import Run
from analysis.wording import moment, number

MOST_ROWS = 7
MOST_QUOTES = 5
UNKNOWN = "[?]"


def quotes(run: Run, domain: str) -> list[dict[str, Any]]:
    """Rows of documents in words: humans, then models from row to row of a run.

    Returns:
        A row each: who ("humans" or ""), when, generation, and texts, each in parts between which
        the unknown word stands. Empty where a domain has no texts.
    """
    kept = run.samples
    if kept.empty or "text" not in kept:
        return []
    kept = kept[(kept["domain"] == domain) & (kept["text"] != "")]
    models, humans = kept[kept["who"] == "models"], kept[kept["who"] == "humans"]
    if models.empty:
        return []
    generation = run.agents.groupby("step")["generation"].mean()
    rows = [{"who": "humans", "when": "", "generation": "", "texts": _texts(humans)}]
    rows += [
        {
            "who": "",
            "when": moment(run, step),
            "generation": number(float(generation.get(step, np.nan))),
            "texts": _texts(models[models["step"] == step]),
        }
        for step in _chosen(np.sort(models["step"].unique()))
    ]
    return [row for row in rows if row["texts"]]


def _chosen(steps: "np.ndarray[Any, Any]") -> list[int]:
    """The first rows, where most happens, then some, and the last."""
    spread = np.linspace(0, 1, MOST_ROWS - 1) ** 2 * (len(steps) - 1)
    places = np.unique(np.maximum(spread.round(), np.arange(spread.size)))
    return [int(steps[int(place)]) for place in places if place < len(steps)]


def _texts(table: Any) -> list[list[str]]:
    texts = table.sort_values("place")["text"].iloc[:MOST_QUOTES]
    return [text.split(UNKNOWN) for text in texts]
