"""What tests of neural language models share: networks and texts that are trained in a moment."""

from pathlib import Path
from typing import Any

import numpy as np

from agents.decoding import Decoding
from agents.learners.transformer import TransformerLM, TransformerOptions
from ecosystem.corpus import Rows
from ecosystem.domains.prose import Prose, ProseSpec
from scenarios.scenario import Scenario

TINY = {"kind": "transformer", "layers": 1, "hidden": 16, "heads": 2, "pieces": 300, "epochs": 1}


def prose(vocabulary: int = 200, width: int = 6) -> Prose:
    return Prose("plays", ProseSpec(width=width, vocabulary=vocabulary))


def learner(domain: Prose, decoding: Decoding | None = None, **options: Any) -> TransformerLM:
    given = TransformerOptions.model_validate({**TINY, **options})
    return TransformerLM(domain, given, decoding or Decoding())


def stream(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def read(domain: Prose, documents: int = 100, seed: int = 3) -> Rows:
    reference = domain.reference()
    return Rows(reference[stream(seed).integers(len(reference), size=documents)])


def world(steps: int = 3, **changes: Any) -> Scenario:
    """Tiny transformers, of tiny sizes."""
    learners = {
        f"models.{i}.learner": {**TINY, "hidden": 16 * (i + 1), "batch": 16} for i in range(3)
    }
    fewer = {"models.*.diet.n": 60, "models.*.volume": 40, "domains.plays.width": 8}
    fewer["domains.plays.vocabulary"] = 200
    given = Scenario.load("tiny_transformers")
    return given.with_({"steps": steps, **learners, **fewer, **changes})


def stored(folder: Path, vocabulary: int | None = None, context: int = 512) -> Path:
    """A small pretrained model in a folder: safetensors and its tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    from agents.tokenizing import END_TOKEN, of_humans

    speller = of_humans(prose(), 300)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.json").write_text(speller.given, encoding="utf-8")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "own.json"), bos_token=END_TOKEN, eos_token=END_TOKEN
    )
    tokenizer.save_pretrained(folder)
    (folder / "own.json").unlink()
    torch.manual_seed(1)
    configuration = LlamaConfig(
        vocab_size=vocabulary or speller.tokens,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=context,
    )
    LlamaForCausalLM(configuration).save_pretrained(folder)
    return folder
