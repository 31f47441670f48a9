"""What the extra `llm` brings: imported only where a transformer is used, and never online."""

import importlib
import os
from types import ModuleType

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}
"""What those libraries are told before they are loaded: to ask nobody for anything."""


class Missing(ValueError):
    """The extra, or a part of it, is not installed: one sentence with what to do."""


def extra(module: str) -> ModuleType:
    """A module of the extra `llm`.

    Raises:
        Missing: it is not installed.
    """
    os.environ.update(OFFLINE)
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Missing(
            "learner.kind: given 'transformer', which needs the package "
            f"{(error.name or module).partition('.')[0]!r}; allowed once the extra `llm` is "
            "installed: `make llm` makes an environment with it, .venv-llm"
        ) from error
