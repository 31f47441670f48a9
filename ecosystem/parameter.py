"""What a parameter's schema says beyond type and range: its unit, and where its value is from.

`docs/ODD.md` and `run.py list schema` are made from it; a test holds that every parameter says
both.
"""

from typing import Annotated

from pydantic import Field
from pydantic.config import JsonDict

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A share or a probability."""

FREE = "free: swept in studies"
NAMED = "free: named by the scenario"
CONVENTION = "convention"


def about(unit: str, source: str = CONVENTION) -> JsonDict:
    """Unit and source of a field, for its `json_schema_extra`.

    Args:
        unit: what it is counted in: "documents per step", "steps", "share", ...; "none" for
            words, names and switches.
        source: where the value or its rule is from: a citation with its year, "law A-..",
            `CONVENTION`, or `FREE`.
    """
    return {"unit": unit, "source": source}
