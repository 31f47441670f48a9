"""Neural language models as functions of their weights: shared by all who have the same shape."""

import logging
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import pretrained
from agents.extra import extra

Tensor = Any
Weights = dict[str, Tensor]
Precision = Literal["float32", "float64"]
TOLD = logging.getLogger("habsburg.neural")
"""Where it is told how fast training and writing go."""
TELL_EVERY = 5.0
"""Seconds between two such lines."""


@dataclass(frozen=True)
class Shape:
    """A network trained from nothing: the architecture of Llama, small.

    Attributes:
        vocabulary: tokens.
        layers, hidden, heads: blocks, numbers at each token, attention heads.
        context: most tokens in a row.
    """

    vocabulary: int
    layers: int
    hidden: int
    heads: int
    context: int


@dataclass(frozen=True)
class Loaded:
    """A pretrained network.

    Attributes:
        given: what `pretrained.files` finds it by.
        rank: of its adapters (LoRA); 0 where all its weights are trained.
    """

    given: str
    rank: int


class Network:
    """What a language model computes, whatever its weights.

    The module is one for all models of a shape: a pretrained one's base weights are held once.
    What models have of their own, all weights or the adapters, is handed in with every call.

    Not for several threads at once, but within `working`.

    Attributes:
        own: the names of the weights that a model has of its own.
    """

    def __init__(self, of: Shape | Loaded, precision: Precision) -> None:
        self.torch = extra("torch")
        self.of = of
        self.dtype = getattr(self.torch, precision)
        self.torch.use_deterministic_algorithms(True)
        self._lock = threading.RLock()
        self.module = self._made(0)
        self.module.eval()  # no dropout anywhere
        self.module.requires_grad_(False)
        names = [name for name, _ in self.module.named_parameters()]
        every = isinstance(of, Shape) or not of.rank
        self.own = names if every else [name for name in names if "lora_" in name]

    def fresh(self, seed: int) -> Weights:
        """Weights to begin training with: drawn by a seed, or the pretrained ones."""
        module = self.module
        if isinstance(self.of, Shape):
            module = self._made(seed)
        elif self.of.rank:
            layers = extra("peft.tuners.lora").LoraLayer
            with self._seeded(seed):
                for layer in module.modules():
                    if isinstance(layer, layers):
                        layer.reset_lora_parameters("default", True)
        found = dict(module.named_parameters())
        return {name: found[name].detach().clone() for name in self.own}

    def logits(self, weights: Weights, tokens: Tensor, cache: Any = None) -> Tensor:
        """(documents, tokens, V) before the softmax; `cache` holds what was read before."""
        keywords = {"input_ids": tokens, "use_cache": cache is not None, "cache": cache}
        call = self.torch.func.functional_call
        return call(self.module, weights, (), keywords).logits

    def cache(self) -> Any:
        """Memory of a generation, empty."""
        return extra("transformers").DynamicCache()

    def arrays(self, weights: Weights) -> dict[str, NDArray[Any]]:
        """Weights as arrays by name."""
        return {f"weights/{name}": weight.numpy() for name, weight in weights.items()}

    def weights(self, arrays: Mapping[str, NDArray[Any]]) -> Weights:
        """Weights from such arrays, copied, so that they lie in memory as those trained do."""
        return {
            key.removeprefix("weights/"): self.torch.tensor(value)
            for key, value in arrays.items()
            if key.startswith("weights/")
        }

    @contextmanager
    def working(self, threads: int, learning: bool = False) -> Iterator[None]:
        """Compute in this block with so many threads, on whose number bits may depend."""
        with self._lock:
            before = self.torch.get_num_threads()
            self.torch.set_num_threads(threads)
            try:
                with self.torch.inference_mode(not learning):
                    yield
            finally:
                self.torch.set_num_threads(before)

    @contextmanager
    def _seeded(self, seed: int) -> Iterator[None]:
        """Draws of torch from a seed, leaving its global stream as it was."""
        with self.torch.random.fork_rng(devices=[]):
            self.torch.manual_seed(seed)
            yield

    def _made(self, seed: int) -> Any:
        of = self.of
        if isinstance(of, Loaded):
            module = pretrained.model(of.given, self.dtype)
            return _adapted(module, of.rank) if of.rank else module
        transformers = extra("transformers")
        configuration = transformers.LlamaConfig(
            vocab_size=of.vocabulary,
            hidden_size=of.hidden,
            intermediate_size=3 * of.hidden,
            num_hidden_layers=of.layers,
            num_attention_heads=of.heads,
            max_position_embeddings=of.context,
            tie_word_embeddings=True,
            bos_token_id=0,
            eos_token_id=0,
            dtype=self.dtype,
        )
        with self._seeded(seed):
            return transformers.LlamaForCausalLM(configuration).to(self.dtype)


@lru_cache(maxsize=8)
def network(of: Shape | Loaded, precision: Precision) -> Network:
    """The network of a shape, one in a process."""
    return Network(of, precision)


def _adapted(module: Any, rank: int) -> Any:
    """A module with adapters at all its linear layers (Hu et al. 2022), which do nothing yet."""
    peft = extra("peft")
    configuration = peft.LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of what peft calls in transformers
        return peft.get_peft_model(module, configuration)


class Pace:
    """Tells now and then how far some work is, and its tokens a second."""

    def __init__(self, doing: str, total: int | None = None) -> None:
        self.doing, self.total = doing, total
        self.tokens = 0
        self._began = self._told = time.monotonic()

    def did(self, tokens: int, more: str = "") -> None:
        """So many tokens more are done."""
        self.tokens += tokens
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            of = "" if self.total is None else f" of {self.total:,}"
            speed = self.tokens / (now - self._began)
            TOLD.info(f"{self.doing}: {self.tokens:,}{of} tokens, {speed:,.0f} a second{more}")


def seed_of(rng: np.random.Generator) -> int:
    """A seed for torch, from a keyed stream."""
    return int(rng.integers(2**62))
