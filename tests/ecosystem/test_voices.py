"""What stands behind the columns of a stock of rows does not grow without end."""

from scenarios.execution import Execution
from scenarios.scenario import Scenario


def test_a_voice_that_has_faded_to_nothing_is_forgotten() -> None:
    given = Scenario.parse(
        {
            "name": "long",
            "steps": 90,
            "meters": [],
            "ledger": False,
            "items": False,
            "domains": {"p": {"kind": "portraits", "pictures": {"dimensions": 1}}},
            "sites": [{"name": "s", "documents": "unlimited", "retention": {"half_life": 1}}],
            "humans": [{"name": "h", "volume": 10, "writes": {"s": 1}}],
            "models": [
                {
                    "name": "m",
                    "volume": 10,
                    "writes": {"s": 1},
                    "start": {"kind": "fitted", "documents": 20},
                    "diet": {"n": 20},
                    "learner": {"kind": "gaussian"},
                }
            ],
        }
    )
    execution = Execution(given)
    execution.finish()
    voices = execution.world.stocks["p"].contents.voices
    assert 40 < len(voices) < 60, "2^-50 of what was written is 10^-15"
