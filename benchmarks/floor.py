"""The floor of a step: the random draws that its options require, made bare with numpy.

A step is run once with its draws recorded, and then only these draws are made again: for every
training set drawn from one blend a single flat `Generator.multinomial` over its live cells
(the engine may draw in two stages; the floor is this one), every other draw as it was made.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ecosystem import sampling
from ecosystem.draws import Draws
from ecosystem.ecosystem import Ecosystem

Call = tuple[str, tuple[Any, ...], dict[str, Any]]
SEGMENTS = 5


class _Recorder:
    """Stands in for a numpy generator, notes what is drawn from it."""

    def __init__(self, generator: np.random.Generator, calls: list[Call]) -> None:
        self._generator = generator
        self._calls = calls

    def __getattr__(self, method: str) -> Callable[..., Any]:
        draw = getattr(self._generator, method)

        def noted(*given: Any, **named: Any) -> Any:
            kept = tuple(np.copy(a) if isinstance(a, np.ndarray) else a for a in given)
            self._calls.append((method, kept, named))
            return draw(*given, **named)

        return noted


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """All draws made inside, as (method, arguments, keywords)."""
    calls: list[Call] = []
    stream, made, drawn = Draws.stream, sampling.Urn.__init__, sampling.Urn.draw

    def noted_stream(self: Draws, *given: Any, **named: Any) -> Any:
        return _Recorder(stream(self, *given, **named), calls)

    def noted_urn(self: Any, weights: Any, dense: bool = True) -> None:
        made(self, weights, dense)
        cells = weights[weights > 0]
        self._noted = cells / cells.sum()

    def noted_draw(self: Any, rng: Any, n: int, out: Any = None) -> Any:
        calls.append(("multinomial", (n, self._noted), {}))
        return drawn(self, rng._generator if isinstance(rng, _Recorder) else rng, n, out)

    Draws.stream, sampling.Urn.__init__, sampling.Urn.draw = noted_stream, noted_urn, noted_draw  # type: ignore[method-assign,assignment]
    try:
        yield calls
    finally:
        Draws.stream, sampling.Urn.__init__, sampling.Urn.draw = stream, made, drawn  # type: ignore[method-assign]


def replayed(calls: list[Call], seed: int = 1) -> float:
    """Seconds that the bare draws take."""
    rng = np.random.Generator(np.random.Philox(seed))
    begun = time.perf_counter()
    for method, given, named in calls:
        getattr(rng, method)(*given, **named)
    return time.perf_counter() - begun


def ratios(world: Ecosystem, steps: int, segments: int = SEGMENTS) -> dict[str, Any]:
    """Run a world; seconds a step, the floor's seconds a step and their ratio, by segment.

    In every segment all steps but the last are timed; the draws of the last are recorded, and
    replayed between the segments, so that both were measured under the same conditions.
    """
    run, floor = [], []
    for _ in range(segments):
        timed = steps // segments - 1
        begun = time.perf_counter()
        for _ in range(timed):
            world.step()
        run.append((time.perf_counter() - begun) / timed)
        with recorded() as calls:
            world.step()
        floor.append(min(replayed(calls) for _ in range(3)))
    ratio = np.array(run) / np.array(floor)
    return {
        "step": float(np.median(run)),
        "floor": float(np.median(floor)),
        "ratio": float(np.median(ratio)),
        "least": float(ratio.min()),
        "greatest": float(ratio.max()),
    }
