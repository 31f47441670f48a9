"""A small world with a domain of every form, for what is read from a world as it lives."""

from typing import Any

from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario

SKILLS = {
    "pictures": {"kind": "gaussian"},
    "exercises": {"kind": "classifier"},
    "prose": {"kind": "ngram", "order": 2},
}


def scenario(skills: tuple[str, ...] = tuple(SKILLS), **fields: Any) -> Scenario:
    """Birds for three models, of which each learns a skill as well; two sites and two sorts."""
    domains = {
        "birds": {"kind": "encyclopedia", "table": "birds", "wrong_values": 4},
        "pictures": {"kind": "portraits"},
        "exercises": {"kind": "exercises", "families": ["leap years"]},
        "prose": {"kind": "prose", "width": 12},
    }
    learners: dict[str, Any] = {"birds": {"kind": "frequencies", "hallucination": "evidence"}}
    own_skills = [[name] for name in skills * 3] or [[]] * 3
    return Scenario.parse(
        {
            "name": "live",
            "steps": 6,
            "seed": 3,
            "costly_every": 2,
            "domains": {name: domains[name] for name in ("birds", *skills)},
            "sites": [
                {"name": "forum", "retention": {"half_life": 2}, "start": 400},
                {"name": "farm", "retention": {"half_life": 2}},
            ],
            "humans": [
                {
                    "name": "people",
                    "count": 2,
                    "volume": 100,
                    "writes": {"forum": 1},
                    "error": 0.05,
                    "passed_off": 0.1,
                }
            ],
            "models": [
                {
                    "name": f"model-{letter}",
                    "volume": {"by_domain": {"birds": 300, **dict.fromkeys(own, 40)}},
                    "writes": {"farm": 2, "forum": 1},
                    "diet": {"by_domain": {d: {"n": 80} for d in own} | {"birds": {"n": 300}}},
                    "learner": {"by_domain": learners | {name: SKILLS[name] for name in own}},
                }
                for letter, own in zip("ABC", own_skills, strict=False)
            ],
            **fields,
        }
    )  # fmt: skip


def stepped(steps: int, *skills: str, **fields: Any) -> Ecosystem:
    """Such a world after some steps."""
    world = build(scenario(skills, **fields))
    for _ in range(steps):
        world.step()
    return world
