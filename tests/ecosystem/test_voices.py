"""What stands behind the columns of a stock of rows neither grows without end nor goes too soon."""

from typing import Any

import numpy as np

from scenarios.execution import Execution
from scenarios.scenario import Scenario

FADING = {"documents": "unlimited", "retention": {"half_life": 1}}


def finished(steps: int, reads: str, writes: Any) -> Any:
    """A world of one dimension in which a model reads one site and people write on another."""
    given = Scenario.parse(
        {
            "name": "long",
            "steps": steps,
            "meters": [],
            "ledger": False,
            "items": False,
            "domains": {"p": {"kind": "portraits", "pictures": {"dimensions": 1}}},
            "sites": [{"name": "s", **FADING}, {"name": "left", **FADING}],
            "humans": [{"name": "h", "volume": 1000, "writes": {"s": 1}}],
            "models": [
                {
                    "name": "m",
                    "volume": writes,
                    "writes": {reads: 1},
                    "start": {"kind": "fitted", "documents": 20},
                    "diet": {"n": 20, "takes": [{"source": reads, "share": 1}]},
                    "learner": {"kind": "gaussian"},
                }
            ],
        }
    )
    execution = Execution(given)
    execution.finish()
    return execution.world


def test_a_voice_that_has_faded_to_nothing_is_forgotten() -> None:
    voices = finished(90, "s", 10).stocks["p"].contents.voices
    assert 40 < len(voices) < 60, "2^-50 of what was written is 10^-15"


def test_what_stands_on_a_site_that_nobody_writes_on_is_still_read() -> None:
    """It fades beside the rest of the web, not beside itself."""
    writes = {"kind": "table", "steps": [0, 1, 2], "values": [10, 10, 0]}
    world = finished(90, "left", writes)
    (model,) = world.models()
    assert model.training["p"].size == 20
    assert np.isfinite(model.training["p"].rows).all()
    assert world.read_synthetic["p"][model.row] == 1
