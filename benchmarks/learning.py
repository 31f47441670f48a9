"""What exercises cost beyond scikit-learn itself: the same fits and predictions, made bare."""

import time
from typing import Any

import numpy as np

from ecosystem.ecosystem import Ecosystem
from scenarios.build import build
from scenarios.scenario import Scenario

LEAF = 3
WARM = 3


def school(models: int = 12, n: int = 700) -> Scenario:
    """Models alike on one forum, a tree for each of six families, tested at every step."""
    return Scenario.parse(
        {
            "name": "school",
            "domains": {"exercises": {"kind": "exercises"}},
            "sites": [{"name": "forum", "retention": {"half_life": 2}, "start": "stationary"}],
            "humans": [{"name": "people", "volume": 1000, "writes": {"forum": 1}}],
            "models": [
                {
                    "name": "model",
                    "count": models,
                    "volume": 200,
                    "writes": {"forum": 1},
                    "diet": {"n": n},
                    "learner": {"kind": "classifier", "parameters": {"min_samples_leaf": LEAF}},
                }
            ],
        }
    )


def over_bare(repeats: int) -> dict[str, Any]:
    """Seconds of a step, of the bare work in it, and their ratio; taken in turn."""
    world = build(school())
    for _ in range(WARM):
        world.step()
    timed = []
    for _ in range(repeats):
        begun = time.perf_counter()
        world.step()
        step = time.perf_counter() - begun
        lessons = lessons_of(world)
        begun = time.perf_counter()
        bare(lessons)
        timed.append((step, time.perf_counter() - begun))
    ratios = [step / floor for step, floor in timed]
    return {
        "models": len(world.models()),
        "step": float(np.median([step for step, _ in timed])),
        "bare": float(np.median([floor for _, floor in timed])),
        "ratio": float(np.median(ratios)),
        "least": float(min(ratios)),
        "greatest": float(max(ratios)),
    }


def lessons_of(world: Ecosystem) -> list[tuple[Any, Any, Any]]:
    """What was learnt in the last step: problems, answers and test of each model and family."""
    domain: Any = world.domains["exercises"]
    test, found = domain.reference(), []
    for model in world.models():
        rows = model.training["exercises"].rows
        for family in range(len(domain.families)):
            mine, asked = (part[part[:, 0] == family] for part in (rows, test))
            looks = (domain.look(family, part) for part in (mine, asked))
            found.append((next(looks), mine[:, -1], next(looks)))
    return found


def bare(lessons: list[tuple[Any, Any, Any]]) -> None:
    """The fits of a step, what each model predicts of its own problems, and of the test."""
    from sklearn.tree import DecisionTreeClassifier

    for problems, answers, asked in lessons:
        tree = DecisionTreeClassifier(min_samples_leaf=LEAF, random_state=1)
        tree.fit(problems, answers)
        tree.predict(problems)
        tree.predict(asked)
