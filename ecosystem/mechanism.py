"""Mechanisms: settings that say what the world is like without them.

A mechanism is declared where its setting is declared, and nowhere else:

    temperature: Annotated[Temperature, Mechanism("topic temperature", off=1.0)] = 1.0

`run.py report DIR --ablate` finds it there. Settings of one name are one mechanism and are
switched off together.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}")


@dataclass(frozen=True)
class Mechanism:
    """Metadata of a field (in `Annotated`) that is a mechanism.

    Attributes:
        name: what people call it: letters, digits, spaces, _ and -.
        off: the value without it, or a function from the value given to the one without it.
    """

    name: str
    off: Any

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(
                f"mechanism: given the name {self.name!r}, allowed up to 60 letters, digits, "
                "spaces, _ and -"
            )

    def without(self, given: Any) -> Any:
        """What a setting is once the mechanism is off."""
        return self.off(given) if callable(self.off) else self.off

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Name it in the JSON schema of a scenario, beside the field's type."""
        return {**handler(core), "mechanism": self.name}
