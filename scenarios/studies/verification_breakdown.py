"""Verification: how good must a check be before it is worth anything?"""

from typing import Any

from scenarios.studies.common import LEAVES_OUT, START

PASSES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)


def study() -> dict[str, Any]:
    """The share of wrong claims that pass, while 90 % of right ones do."""
    return {
        "name": "verification_breakdown",
        "title": "Where verification breaks down",
        "question": "A checker passes nine in ten right claims. How many wrong ones may it pass "
        "before checking is no use any more?",
        "scenario": "false_dates",
        "design": {
            "levers": {
                "wrong that pass": {
                    "path": "policies.verification.false_pass",
                    "values": list(PASSES),
                    "title": "share of wrong claims that pass",
                }
            },
            "policies": [{"kind": "verification", "true_pass": 0.9, "start": START}],
        },
        "outcomes": [
            {
                "meter": "history.false_share",
                "better": "lower",
                "title": "share of what models write that is false",
            },
            {
                "meter": "history.web_leading_false_items",
                "better": "lower",
                "title": "events on which the web's leading claim is false",
            },
            {"meter": "history.tail_coverage", "title": "rarer half of events that a model knows"},
        ],
        "tipping": [
            {
                "lever": {
                    "path": "policies.verification.false_pass",
                    "low": 0.0,
                    "high": 1.0,
                    "title": "share of wrong claims that pass",
                },
                "policies": [{"kind": "verification", "true_pass": 0.9, "start": START}],
                "outcome": "history.false_share",
                "of": "difference",
            }
        ],
        "replicates": 5,
        "leaves_out": LEAVES_OUT,
    }
