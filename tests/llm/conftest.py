"""Tests of real language models need the extra `llm`."""

import importlib.util
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = importlib.util.find_spec("torch") is None
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("llm")
            if missing:
                item.add_marker(pytest.mark.skip("needs the extra llm: make llm-test"))
