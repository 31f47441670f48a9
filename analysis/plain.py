"""Results as plain data, as JSON knows it."""

from math import isfinite
from typing import Any


def plain(value: Any) -> Any:
    """The same without numpy's own types; None for numbers that are not finite.

    Args:
        value: a number, text, None, or mappings and sequences of these.
    """
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    return value if not isinstance(value, float) or isfinite(value) else None
