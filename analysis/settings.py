"""Settings by path as lines that people read, in the manner of TOML: a line for each value."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_*-]+")


def lines(settings: Mapping[str, Any]) -> list[str]:
    """`path = value` for each value; what is set inside a setting gets its own longer path."""
    return [
        f"{where} = {value(inside)}"
        for path, given in settings.items()
        for where, inside in _leaves(path, given)
    ]


def value(given: Any) -> str:
    """A value as TOML writes it on one line; `none` where there is none."""
    if given is None:
        return "none"
    if isinstance(given, Mapping) and not given:
        return "{}"
    if isinstance(given, Mapping):
        return f"{{ {', '.join(f'{_key(k)} = {value(v)}' for k, v in given.items())} }}"
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(value, given))}]"
    return json.dumps(given, ensure_ascii=False)


def _leaves(path: str, given: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(given, Mapping) or not given:
        yield path, given
        return
    for key, inside in given.items():
        yield from _leaves(f"{path}.{_key(key)}", inside)


def _key(key: object) -> str:
    text = str(key)
    return text if BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
