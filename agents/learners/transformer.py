"""The transformer: a neural language model, trained from nothing or pretrained."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from agents import pretrained
from agents.extra import extra
from agents.learners.tokens import TokenLearner, TokenOptions
from agents.neural import Loaded, Network, Precision, Shape, Weights, network
from agents.spelling import Spelling
from agents.tokenizing import Speller, of_humans, spelling, trained_on
from agents.transformer_training import picked, trained
from agents.transformer_voice import TransformerVoice
from ecosystem.domains.prose import END, UNKNOWN
from ecosystem.mechanism import Mechanism
from ecosystem.parameter import FREE, about
from ecosystem.sampling import Floats, Generator


class TransformerOptions(TokenOptions):
    """Options of `TransformerLM`."""

    kind: Literal["transformer"] = "transformer"
    pretrained: str | None = Field(
        default=None,
        min_length=1,
        description="a model to start each training from: 'smollm2', or a folder or GGUF file on "
        "this disk; without one, each training starts from nothing",
        json_schema_extra=about("none"),
    )
    lora_rank: int = Field(
        default=0,
        ge=0,
        le=256,
        description="of the adapters that are trained in place of a pretrained model's own "
        "weights; 0 trains the weights themselves",
        json_schema_extra=about("none", "Hu et al. 2022"),
    )
    vocabulary: Annotated[Literal["open", "closed"], Mechanism("closed vocabulary", off="open")] = (
        Field(
            default="open",
            description="open: a tokenizer trained on the human corpus, that can spell all its "
            "words; closed: the one of generation 0, kept: words that it did not read then are the "
            "unknown word to it, until re-opened",
            json_schema_extra=about("none", FREE),
        )
    )
    pieces: int = Field(
        default=1024,
        ge=16,
        le=50_000,
        description="tokens of a tokenizer of its own; a pretrained model has its own",
        json_schema_extra=about("tokens", FREE),
    )
    layers: int = Field(
        default=2,
        ge=1,
        le=48,
        description="blocks of a network trained from nothing",
        json_schema_extra=about("layers", FREE),
    )
    hidden: int = Field(
        default=64,
        ge=4,
        le=4096,
        description="numbers at each token of a network trained from nothing, an even number a "
        "head",
        json_schema_extra=about("none", FREE),
    )
    heads: int = Field(
        default=4,
        ge=1,
        le=64,
        description="attention heads of a network trained from nothing",
        json_schema_extra=about("heads", FREE),
    )
    epochs: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="times that each training reads its documents",
        json_schema_extra=about("none", FREE),
    )
    batch: int = Field(
        default=32,
        ge=1,
        le=4096,
        description="documents in a step of training",
        json_schema_extra=about("documents", FREE),
    )
    learning_rate: float = Field(
        default=2e-3,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="the highest of a training: it rises to it in the first tenth of the steps and "
        "then falls to 0",
        json_schema_extra=about("none", FREE),
    )
    precision: Precision = Field(
        default="float32",
        description="of the network's arithmetic; its chances are worked out in float64",
        json_schema_extra=about("none"),
    )
    threads: int = Field(
        default=1,
        ge=1,
        le=256,
        description="of the network's arithmetic; last bits may depend on it",
        json_schema_extra=about("threads"),
    )

    def pretrained_from(self) -> dict[str, str]:
        given = self.pretrained
        return {} if given is None else {given: pretrained.digest(given)}

    @model_validator(mode="after")
    def _fits(self) -> "TransformerOptions":
        if self.hidden % (2 * self.heads):
            raise ValueError(
                f"hidden: given {self.hidden} with {self.heads} heads, allowed an even number for "
                "each head"
            )
        if self.lora_rank and self.pretrained is None:
            raise ValueError(
                f"lora_rank: given {self.lora_rank} without a pretrained model, allowed 0"
            )
        return self


class TransformerLM(TokenLearner):
    """A causal language model by Hugging Face: a small Llama, or what a folder or GGUF file has.

    Every training starts from nothing, or from the pretrained model, and never from the former
    self (as in Shumailov et al. 2024 and Gerstgrasser et al. 2024). With inertia s the share s
    of the documents that it reads in training are its former self's own, written before
    decoding. Training reads as many documents as their weights sum to, in proportion to them.

    `TransformerVoice` says how it writes: only words of the text. All random draws are from its
    stream: the same stream gives the same documents on the same machine with the same number of
    threads. Needs the extra `llm`.

    Attributes:
        weights: of its network; None before the first training.
        known: (V,) words of its first reading, where its vocabulary is closed.
    """

    kind: ClassVar[str] = "transformer"
    Options = TransformerOptions

    def __init__(self, domain: Any, options: Any, decoding: Any) -> None:
        super().__init__(domain, options, decoding)
        self.weights: Weights | None = None
        self.known: NDArray[np.bool_] | None = None
        self._own: Speller | None = None
        self._plain: TransformerVoice | None = None

    def try_out(self) -> None:
        for module in ("torch", "transformers", "tokenizers"):
            extra(module)
        if self.options.lora_rank:
            extra("peft")
        if self.options.pretrained is None:
            return
        sizes = pretrained.configuration(self.options.pretrained)
        spelling = self._spelling()
        if spelling.alphabet[-1] >= sizes.vocab_size:
            raise ValueError(
                f"learner.pretrained: given {self.options.pretrained}, whose tokenizer has a token "
                f"{spelling.alphabet[-1]:,} while the model knows {sizes.vocab_size:,}; allowed a "
                "model with the tokenizer it was trained with"
            )
        most = sizes.max_position_embeddings
        if spelling.longest > most:
            raise ValueError(
                f"learner.pretrained: given {self.options.pretrained}, which reads at most "
                f"{most:,} tokens, while a document of {self.domain.width} words can have "
                f"{spelling.longest:,}; allowed a domain with a smaller width"
            )

    def learn(self, rows: NDArray[Any], weights: Floats, rng: Generator, kept: float) -> None:
        number = max(1, round(float(weights.sum())))
        own = round(kept * number)
        self._kept = own / number
        read = rows[picked(weights, number - own)] if own < number else rows[:0]
        if own:
            read = np.concatenate([read, self.plain().write(own, rng).rows])
        if self.options.vocabulary == "closed" and (self.known is None or self.reopened):
            self._meet(rows)
        read = read if self.known is None else np.where(self.known[read], read, UNKNOWN)
        options, spelled = self.options, self._spelling()
        self.weights = trained(
            self._network(spelled),
            spelled,
            self._speller().begin,
            read,
            options.epochs,
            options.batch,
            options.learning_rate,
            options.threads,
            rng,
        )
        self._plain = None

    @property
    def blank(self) -> bool:
        return self.weights is None

    def plain(self) -> TransformerVoice:
        if self.weights is None:
            raise ValueError(f"a learner of kind {self.kind!r} that was never fitted has no voice")
        if self._plain is None:
            spelled = self._spelling()
            self._plain = TransformerVoice(
                self._network(spelled),
                self.weights,
                spelled,
                self._speller().begin,
                self.options.threads,
                self._closed(),
            )
        return self._plain

    def voice(self) -> TransformerVoice:
        temperature, top_p = self.decoding.temperature, self.decoding.top_p
        return replace(self.plain(), temperature=temperature, top_p=top_p)

    def voice_of(self, state: Mapping[str, NDArray[Any]]) -> TransformerVoice:
        former = type(self)(self.domain, self.options, self.decoding)
        former.load(state)
        temperature, top_p = state["decoding"].tolist()
        return replace(former.plain(), temperature=temperature, top_p=top_p)

    def state(self) -> dict[str, NDArray[Any]]:
        return {} if self.weights is None else self.plain().state()

    def load(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.weights = self.known = self._own = self._plain = None
        if not state:
            return
        if "known" in state:
            self.known = np.array(state["known"])
        if "tokenizer" in state:
            self._own = Speller(state["tokenizer"].tobytes().decode(), own=True)
        self.weights = self._network(self._spelling()).weights(state)

    # ------------------------------------------------------------------ what it is made of

    def _meet(self, rows: NDArray[Any]) -> None:
        """From now on it knows the words of these documents, and no others."""
        self.known = np.zeros(self.domain.tokens, dtype=bool)
        self.known[np.unique(rows)] = True
        self.known[[END, UNKNOWN]] = True
        if self.options.pretrained is None:
            self._own = trained_on(self.domain, rows, self.options.pieces)

    def _closed(self) -> dict[str, NDArray[Any]]:
        """What is its own of a closed vocabulary, as arrays."""
        found: dict[str, NDArray[Any]] = {}
        if self.known is not None:
            found["known"] = self.known
        if self._own is not None:
            found["tokenizer"] = np.frombuffer(self._own.given.encode(), dtype=np.uint8)
        return found

    def _speller(self) -> Speller:
        if self.options.pretrained is not None:
            return Speller(self.options.pretrained, own=False)
        return self._own or of_humans(self.domain, self.options.pieces)

    def _spelling(self) -> Spelling:
        known = None if self.known is None else self.known.tobytes()
        return spelling(self.domain, self._speller(), known)

    def _network(self, spelled: Spelling) -> Network:
        options = self.options
        if options.pretrained is not None:
            return network(Loaded(options.pretrained, options.lora_rank), options.precision)
        shape = Shape(
            self._speller().tokens,
            options.layers,
            options.hidden,
            options.heads,
            spelled.longest + 1,
        )
        return network(shape, options.precision)
