"""The only source of randomness: streams keyed by what is decided, when, by whom, about what."""

import threading
from hashlib import blake2b
from typing import Any

import numpy as np

MASK = 2**64 - 1


def key_of(text: str) -> int:
    """A 64-bit key of a name, the same on every machine and in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


class _Generators(threading.local):
    """A generator for each thread, to be re-keyed."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(0)
        self.generator = np.random.Generator(self.bits)
        self.state: dict[str, Any] = {
            "bit_generator": "Philox",
            "state": {},
            "buffer": (0, 0, 0, 0),
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }


class Draws:
    """Counter-based random streams keyed by (seed, replicate, decision, step, agent, domain).

    No stream depends on how much another consumed, so a policy changes only what it touches,
    the order of agents does not matter, and a run resumes from any step without storing a
    generator. One Philox generator is re-keyed instead of building one per stream.

    Args:
        seed: 0 to 2^63 - 1; the seed of the scenario.
        replicate: 0 to 2^32 - 1; replicate 0 is the plain run.
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed: given {seed}, allowed 0 to 2^63 - 1")
        if not 0 <= replicate < 2**32:
            raise ValueError(f"replicate: given {replicate}, allowed 0 to 2^32 - 1")
        self.seed = seed
        self.replicate = replicate
        self._own = _Generators()
        self._keys: dict[str, int] = {}

    def stream(
        self, decision: str, step: int = 0, agent: str = "", domain: str = ""
    ) -> np.random.Generator:
        """The generator at the start of one stream, valid until this thread's next call.

        Steps before the story begins are negative.
        """
        decided = (self._key(decision) & 0xFFFFFFFF) << 32 | self.replicate
        own = self._own
        own.state["state"] = {  # tuples are set three times as fast as arrays
            "counter": (0, self._key(domain), step & MASK, self._key(agent)),
            "key": (self.seed, decided),
        }
        own.bits.state = own.state  # type: ignore[assignment]
        return own.generator

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies of a world draw the same streams; threads keep their generators to themselves."""
        return type(self), (self.seed, self.replicate)

    def _key(self, text: str) -> int:
        key = self._keys.get(text)
        if key is None:
            key = self._keys[text] = key_of(text)
        return key
