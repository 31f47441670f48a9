"""The story of same_voice, on two seeds: styles come together only where there is a commons."""

import pytest

from scenarios.scenario import Scenario

METERS = ["vocabulary", "style"]


@pytest.mark.parametrize("seed", [11, 12])
def test_styles_converge_and_vocabulary_falls_but_not_in_the_control(seed: int) -> None:
    given = Scenario.load("same_voice").with_({"steps": 10, "costly_every": 10}, seed=seed)
    given = given.with_({"meters": METERS})
    control = given.controlled()
    assert control is not None
    ends = {}
    for name, scenario in (("here", given), ("control", control)):
        metrics = scenario.run().metrics
        for column in ("style_divergence", "vocabulary", "words_lost"):
            values = metrics[f"plays.{column}"]
            ends[name, column] = float(values.iloc[0]), float(values.iloc[-1])
    first, last = ends["here", "style_divergence"]
    assert last < 0.6 * first
    assert ends["control", "style_divergence"][1] > 0.8 * first
    first, last = ends["here", "vocabulary"]
    assert last < 0.87 * first
    assert ends["control", "vocabulary"][1] > max(0.92 * first, 1.1 * last)  # some 3 % is chance
    assert ends["here", "words_lost"][1] > ends["control", "words_lost"][1] + 0.05


def test_with_temperature_1_styles_converge_and_the_vocabulary_hardly_falls() -> None:
    given = Scenario.load("same_voice").with_(
        {"steps": 10, "costly_every": 10, "meters": METERS, "models.*.decoding.temperature": 1}
    )
    metrics = given.run().metrics
    style, words = metrics["plays.style_divergence"], metrics["plays.vocabulary"]
    assert style.iloc[-1] < 0.6 * style.iloc[0]
    assert words.iloc[-1] > 0.88 * words.iloc[0]
