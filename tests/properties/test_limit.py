"""Crawls of 10^12 documents approach the deterministic map of the same options.

The map, written out here without the engine: with q the (items, values) shares a model has
learnt, T its topic and C its claim temperature, s its inertia,

    voice   = topics^(1/T) normalised x claims^(1/C) normalised, item by item
    site    = survival x site + sum over authors of volume x share there x voice
    crawl   = sum over sites of attention x stock^eta x site / stock, normalised, over the diet
    q       = (1 - s) x crawl + s x q

A draw of n documents adds to each share p an error of standard deviation sqrt(p (1 - p) / n).
What becomes of these errors is seen by running the map with them, normal and drawn by numpy,
many times over: a share may be off by 8 of the standard deviations found so.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.properties.running import begun, stepped
from tests.properties.worlds import Plain, of, profile

Floats = NDArray[np.float64]
CRAWL = 10**12
DEVIATIONS, NOISY_MAPS = 8.0, 40
STEPS = 4
SITES = ("one", "two", "three")


@st.composite
def smooth_worlds(draw: Any) -> Plain:
    """Unlimited sites, maximum likelihood, temperatures and inertia; nothing else is random."""
    temperature = of(0.6, 0.9, 1, 1.4)
    writes = st.dictionaries(of(*SITES), of(0.3, 1, 2), min_size=1)
    listed = [
        {
            "name": name,
            "documents": "unlimited",
            "retention": draw(of("latest", "everything", {"half_life": 1.5})),
            "attention": draw(of(0.2, 1, 3)),
            "start": 100,
        }
        for name in SITES
    ]
    models = [
        {
            "name": f"m{i}",
            "volume": draw(of(40, 150.5)),
            "writes": draw(writes),
            "start": "truth",
            "diet": {
                "n": CRAWL,
                "takes": [
                    {"source": "web", "share": 0.6},
                    {"source": draw(of(*SITES)), "share": 0.4},
                ],
            },
            "decoding": {"temperature": draw(temperature), "claim_temperature": draw(temperature)},
            "learner": {"kind": "frequencies", "inertia": draw(of(0, 0.25, 0.8))},
        }
        for i in range(draw(st.integers(1, 3)))
    ]
    weights = draw(st.lists(st.floats(0.05, 1), min_size=2, max_size=9))
    return {
        "name": "limit",
        "steps": STEPS,
        "seed": draw(st.integers(0, 10**6)),
        "meters": [],
        "items": False,
        "domains": {
            "facts": {"kind": "encyclopedia", "weights": weights, "wrong_values": draw(of(0, 1, 3))}
        },
        "web": {"eta": draw(of(0, 0.5, 1, 1.5))},
        "sites": listed,
        "humans": [
            {"name": "people", "volume": draw(of(30, 90)), "writes": draw(writes), "error": 0.1}
        ],
        "models": models,
    }


def tempered(shares: Floats, temperature: float) -> Floats:
    raised: Floats = shares ** (1 / temperature)
    return raised / raised.sum(axis=-1, keepdims=True)


def voiced(learnt: Floats, model: Plain) -> Floats:
    topics = learnt.sum(axis=1)
    decoding = model["decoding"]
    claims = tempered(learnt / topics[:, None], decoding["claim_temperature"])
    return tempered(topics, decoding["temperature"])[:, None] * claims


def mapped(given_: Plain, rng: np.random.Generator | None = None) -> list[Floats]:
    """What each model writes after the last step; with `rng`, as crawls of n would have it."""
    spec, people, models = given_["domains"]["facts"], given_["humans"][0], given_["models"]
    topics = np.array(spec["weights"]) / sum(spec["weights"])
    wrong = spec["wrong_values"]
    claims = np.array([0.9, *[0.1 / wrong] * wrong]) if wrong else np.ones(1)
    truth = topics[:, None] * claims
    stands = [100.0 * truth for _ in given_["sites"]]
    learnt = [truth for _ in models]
    for _ in range(STEPS):
        voices = [voiced(known, model) for known, model in zip(learnt, models, strict=True)]
        written = [(people, truth), *zip(models, voices, strict=True)]
        stands = [
            survival(site) * old + sum(placed(author, site) * voice for author, voice in written)
            for site, old in zip(given_["sites"], stands, strict=True)
        ]
        learnt = [
            retrained(known, model, given_, stands, rng)
            for known, model in zip(learnt, models, strict=True)
        ]
    return [voiced(known, model) for known, model in zip(learnt, models, strict=True)]


def survival(site: Plain) -> float:
    kept = {"latest": 0.0, "everything": 1.0}
    retention = site["retention"]
    return kept[retention] if isinstance(retention, str) else 0.5 ** (1 / retention["half_life"])


def placed(author: Plain, site: Plain) -> float:
    """Documents that an author puts on a site."""
    writes = author["writes"]
    return float(author["volume"] * writes.get(site["name"], 0) / sum(writes.values()))


def retrained(
    known: Floats,
    model: Plain,
    given_: Plain,
    stands: list[Floats],
    rng: np.random.Generator | None,
) -> Floats:
    stock = np.array([site.sum() for site in stands])
    attention = np.array([site["attention"] for site in given_["sites"]])
    pull = attention * np.where(stock > 0, stock ** given_["web"]["eta"], 0.0)
    read = np.zeros(len(stands))
    for take in model["diet"]["takes"]:
        reached = np.array([take["source"] in ("web", s["name"]) for s in given_["sites"]])
        found = (pull * reached).sum()
        read += take["share"] * pull * reached / found if found > 0 else 0.0
    crawl = sum(r / s * site for r, s, site in zip(read, stock, stands, strict=True) if s > 0)
    crawl = np.asarray(crawl) / read.sum()
    if rng is not None:
        crawl = crawl + np.sqrt(crawl * (1 - crawl) / CRAWL) * rng.normal(size=crawl.shape)
        crawl = crawl / crawl.sum()
    kept = model["learner"]["inertia"]
    mixed: Floats = (1 - kept) * crawl + kept * known
    return mixed


def deviations(given_: Plain) -> list[Floats]:
    """Standard deviation of each share that comes of the draws, by model."""
    rng = np.random.default_rng(given_["seed"])
    noisy = [mapped(given_, rng) for _ in range(NOISY_MAPS)]
    return [np.std([voices[i] for voices in noisy], axis=0) for i in range(len(noisy[0]))]


def off(voices: list[Floats], given_: Plain) -> float:
    """The largest distance from the map, in standard deviations of the sampling error."""
    rounding = 1e-14
    return max(
        float((np.abs(voice - map_) / (deviation + rounding)).max())
        for voice, map_, deviation in zip(voices, mapped(given_), deviations(given_), strict=True)
    )


@profile(25)
@given(smooth_worlds())
def test_crawls_of_10_to_the_12_follow_the_deterministic_map_within_the_sampling_error(
    given_: Plain,
) -> None:
    world = stepped(begun(given_), STEPS).world
    assert all((found < 1e-3).all() for found in deviations(given_))
    assert off([m.learners["facts"].voice() for m in world.models()], given_) < DEVIATIONS


@pytest.mark.parametrize("option", ["temperature", "claim_temperature", "inertia"])
def test_a_map_of_slightly_other_options_is_told_from_the_engine(option: str) -> None:
    take = {"source": "web", "share": 1}
    model: Plain = {
        "name": "m",
        "volume": 60,
        "writes": {"two": 1},
        "start": "truth",
        "diet": {"n": CRAWL, "takes": [take]},
        "decoding": {"temperature": 0.9, "claim_temperature": 0.9},
        "learner": {"kind": "frequencies", "inertia": 0.25},
    }
    site = {"documents": "unlimited", "retention": "latest", "attention": 1, "start": 100}
    given_: Plain = {
        "name": "limit",
        "steps": STEPS,
        "seed": 3,
        "domains": {
            "facts": {"kind": "encyclopedia", "weights": [4, 2, 1], "wrong_values": 1},
        },
        "web": {"eta": 1},
        "sites": [{"name": name, **site} for name in SITES],
        "humans": [{"name": "people", "volume": 30, "writes": {"one": 1}, "error": 0.1}],
        "models": [model],
    }
    world = stepped(begun(given_), STEPS).world
    voices = [m.learners["facts"].voice() for m in world.models()]
    assert off(voices, given_) < DEVIATIONS
    part = model["learner"] if option == "inertia" else model["decoding"]
    part[option] *= 1.001
    assert off(voices, given_) > DEVIATIONS
