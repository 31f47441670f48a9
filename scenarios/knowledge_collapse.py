"""People ask a model instead of the world: what everybody writes narrows, though people write it.

No model publishes anything here. People choose in every quarter how to learn: from the world, at
full cost, or at a discount by asking a model whose view is a little narrower; then they write what
they believe, and from that the models, and the next round, learn. Look at how far what stands on
the web is from the truth, and how many learn through models. The control has no discount, so that
everybody learns from the world. It would be refuted if a discount left the public as well informed,
or if people, who can see what learning in full gained of late, all went back to it.

After Peterson 2024 (arXiv 2404.03502), who finds public beliefs 2.3 times further from the truth
with a discount of 20 % than without; his world is a normal curve and his numbers are not ours.
"""

from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """Ten communities, three models that only answer, ten years."""
    return Scenario.parse(
        {
            "name": "knowledge_collapse",
            "title": "People learn through models, and know less",
            "question": "What does the public come to believe when asking a model is cheaper "
            "than finding out?",
            "notes": "The discount is Peterson's 20 %; cost and gain have no measured scale. "
            "Models read a crawl of 20,000 documents, and answer at a temperature of .9 and with "
            "a nucleus of .95: a mildly narrowed view. A model's settings, not measurements.",
            "steps": 40,
            "calendar": {"start": "2022-12-31", "unit": "quarter"},
            "domains": {"birds": {"kind": "encyclopedia", "table": "birds"}},
            "sites": [
                {
                    "name": "web-site",
                    "documents": "unlimited",
                    "retention": {"half_life": 2},
                    "start": "stationary",
                }
            ],
            "humans": [
                {
                    "name": "community",
                    "count": 10,
                    "volume": 800,
                    "writes": {"web-site": 1},
                    "error": 0.02,
                    "shortcut": {"discount": 0.2, "cost": 0.3},
                }
            ],
            "models": [
                {
                    "name": "model",
                    "count": 3,
                    "diet": {"n": 20000},
                    "decoding": {"temperature": 0.9, "top_p": 0.95},
                    "learner": {"kind": "frequencies", "hallucination": "evidence"},
                }
            ],
            "control": {"humans.*.shortcut.discount": 0},
        }
    )
