"""Every model the same voice: style and vocabulary among models that read each other.

Six models learn to write from Shakespeare: two from the comedies, two from the histories, two from
the tragedies, with more or less memory for what came before a word, and each a little more
cautious than what it read (temperature .9). They publish to one commons, and from the second
training on nine in ten documents they read are from there. Shows two effects: the models' styles
come together (also with temperature 1), and, since each makes what is common commoner, their
vocabulary and the entropy of their text fall and the text gets ever more typical (less surprising
to a model of human text). Look at what they write, by generation, and at the words that no model
uses any more. The control is the same, each reading its own library only: there they must stay as
unlike as they were, and as rich. Convergence there would refute that the commons makes it.
"""

from scenarios.scenario import Scenario

GROUPS = ("comedy", "history", "tragedy")
STRAY = 0.05
"""Weight of the other kinds of play in a library."""
LEARNERS = (
    {"kind": "ngram", "order": 2},
    {"kind": "ngram", "order": 3, "smoothing": "jelinek_mercer", "weight": 0.95},
)


def scenario() -> Scenario:
    """Six models, three libraries, one commons, twenty quarters."""
    return Scenario.parse(
        {
            "name": "same_voice",
            "title": "Every model the same voice",
            "question": "What becomes of the styles and the vocabulary of models that learnt from "
            "different books, once most of what they read is what they all write?",
            "steps": 20,
            "control": {
                "models.*.diet.takes.0.share": 1,
                "models.*.diet.takes.1.share": 0,
            },
            "domains": {"plays": {"kind": "prose"}},
            "sites": [
                *(
                    {
                        "name": f"{group}-library",
                        "retention": {"half_life": 2},
                        "start": "stationary",
                        "open": False,
                    }
                    for group in GROUPS
                ),
                {"name": "commons", "retention": {"half_life": 1}},
            ],
            "humans": [
                {
                    "name": f"{group}-writers",
                    "volume": 600,
                    "writes": {f"{group}-library": 1},
                    "topics": {"plays": {g: 1 if g == group else STRAY for g in GROUPS}},
                }
                for group in GROUPS
            ],
            "models": [
                {
                    "name": f"{group}-{learner['order']}",
                    "start": {"kind": "fitted", "source": "diet"},
                    "volume": 300,
                    "writes": {"commons": 1},
                    "diet": {
                        "n": 1500,
                        "takes": [
                            {"source": f"{group}-library", "share": 0.1},
                            {"source": "commons", "share": 0.9},
                        ],
                    },
                    "decoding": {"temperature": 0.9},
                    "learner": learner,
                }
                for group in GROUPS
                for learner in LEARNERS
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)
