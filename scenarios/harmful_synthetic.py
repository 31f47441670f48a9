"""The same synthetic data, unchecked: models learn what they made up.

As `helpful_synthetic`, but nothing is verified. Models still come to speak of more birds and to
solve more edge cases, since their notebooks remember what few human documents leave out; but what
they make up they read again, and believe. Look at the birds that models have wrong, and at the
wrong examples that they write. In the control they have the same human
documents and no notebook. It would be refuted if they were as often wrong there.
"""

from scenarios import helpful_synthetic
from scenarios.scenario import Scenario


def scenario() -> Scenario:
    """`helpful_synthetic` without its checker."""
    return helpful_synthetic.scenario().with_(
        {
            "name": "harmful_synthetic",
            "title": "Synthetic data that hurt",
            "question": "What do models come to believe if nobody checks what they write for "
            "themselves, though they know more?",
            "policies": [],
        }
    )


if __name__ == "__main__":
    from scenarios.script import run

    run(__file__)
