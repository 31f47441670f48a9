"""What several studies share: outcomes, what is left out, and what things cost.

Costs are in documents: what a human is paid for one counts as 1. They are assumptions of the
studies, there to show how cost and effect are set against each other, and measured nowhere.
"""

from typing import Any

BIRDS: list[dict[str, Any]] = [
    {
        "meter": "birds.kl",
        "better": "lower",
        "title": "how far what models write is from the truth (nats)",
    },
    {"meter": "birds.divergence_groups", "title": "how unlike models are, over orders (nats)"},
    {
        "meter": "birds.web_leading_false_items",
        "better": "lower",
        "title": "species on which the web's leading claim is false",
    },
    {"meter": "birds.tail_coverage", "title": "rarer half of species that a model knows (share)"},
]
LEAVES_OUT = (
    "How often each fact is written about, what models invent and what readers prefer follow "
    "stated rules with settings of our own. Nobody evades a policy beyond what it says of itself, "
    "nobody pays for its cost by doing less of something else, and models do not get better."
)
START = 4
"""Quarter in which policies begin: a year after the story does."""
