"""Random small worlds: plain data that the real schema accepts, for the real engine.

`worlds()` draws them; whatever a scenario can say about sites, diets, learners, decoding,
cadence, policies and attention is drawn sometimes. Examples are the same on every machine.
HABSBURG_HUNT=N asks for N times as many, from other seeds.
"""

import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

Plain = dict[str, Any]
FOLDER = Path(__file__).parent
GROUPS = {"plants": ["wood", "field", "bog"], "events": ["late", "early"]}
HUNT = int(os.environ.get("HABSBURG_HUNT", "0"))


def profile(examples: int) -> settings:
    """So many worlds, always the same ones, however long each takes."""
    return settings(
        max_examples=examples * max(1, HUNT),
        derandomize=not HUNT,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[p for p in Phase if p != Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def maybe(draw: Any, fields: Plain) -> Plain:
    """Some of the fields, each drawn, the others left to their defaults."""
    chosen = {key: value for key, value in fields.items() if draw(st.booleans())}
    return {key: draw(value) for key, value in chosen.items()}


def of(*options: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(options)


VOLUMES = st.one_of(
    of(0, 1, 2.5, 7, 20, 60, 150, 1e6, 10**12),
    st.floats(0, 200),
    st.fixed_dictionaries(
        {"kind": of("linear"), "value": of(0, 30.5, 80), "slope": of(-20, 5), "start": of(0, 2)}
    ),
    st.fixed_dictionaries({"kind": of("exponential"), "value": of(20, 50.5), "rate": of(-0.5, 1)}),
    st.fixed_dictionaries(
        {"kind": of("logistic"), "ceiling": of(90.0), "midpoint": of(1.5), "rate": of(1, -2)}
    ),
    st.fixed_dictionaries(
        {"kind": of("table"), "steps": of([1, 3]), "values": of([0, 50], [40, 0])}
    ),
)
PRESENCE = {
    "every": of(1, 2, 3),
    "offset": of(0, 1),
    "join": of(0, 1, 2),
    "leave": of(3, 4),
}
DECODING = {
    "temperature": of(0.5, 0.9, 1, 1.5),
    "claim_temperature": of(0.05, 0.7, 1, 3),
    "top_p": of(0.5, 0.9, 1),
    "claim_top_p": of(0.6, 1),
}
LEARNER = {
    "estimator": of("maximum_likelihood", "additive", "good_turing"),
    "additive": of(0.1, 1),
    "unseen": of("previous", "uniform"),
    "inertia": of(0, 0.3, 0.9, 1),
    "capacity": of(1, 4),
    "vocabulary": of("open", "closed"),
    "hallucination": of("evidence", "calibrated", "constant", "off"),
    "floor": of(0, 0.02, 1),
}
SITE = {
    "attention": of(0, 0.1, 1, 3),
    "attention_falls": of(0, 1),
    "volume": of("exact", "poisson"),
    "retention": of("latest", "everything", {"half_life": 0.5}, {"half_life": 3}),
    "open": of(True, False),
    "kind": of("forum-like", "farm-like"),
}


@st.composite
def domains(draw: Any) -> Plain:
    source = draw(
        st.one_of(
            of({"table": "plants.csv"}, {"table": "events.csv"}),
            st.fixed_dictionaries(
                {
                    "zipf": st.fixed_dictionaries(
                        {"items": st.integers(1, 14), "exponent": of(0, 0.7, 2)}
                    )
                }
            ),
            st.fixed_dictionaries(
                {"weights": st.lists(of(0, 0.5, 1, 1e-6, 9), min_size=1, max_size=7).filter(any)}
            ),
        )
    )
    return {"kind": "encyclopedia", **source, **maybe(draw, {"wrong_values": of(0, 1, 3)})}


def _profiled(fields: Plain) -> dict[str, list[str]]:
    """Groups by domain, of the domains that have any."""
    tables = {
        name: str(spec.get("table", "")).removesuffix(".csv") for name, spec in fields.items()
    }
    return {name: GROUPS[table] for name, table in tables.items() if table}


def _tastes(groups: dict[str, list[str]], options: tuple[float, ...]) -> Any:
    tastes = {
        domain: st.dictionaries(of(*names), of(*options), max_size=2)
        for domain, names in groups.items()
    }
    return st.fixed_dictionaries({}, optional=tastes)


@st.composite
def sites(draw: Any, groups: dict[str, list[str]]) -> list[Plain]:
    """The plaza, where humans stand from the start, two drawn groups, a club, and a cellar."""
    found = [{"name": "plaza", "start": draw(of(60, 200.0)), **maybe(draw, SITE), "open": True}]
    for name in ("forum", "farm"):
        site: Plain = {"name": name, "count": draw(of(1, 1, 2)), **maybe(draw, SITE)}
        fading = site.get("retention", "everything") != "everything"
        site["start"] = draw(of(0, 35, "stationary") if fading else of(0, 35))
        found.append(site)
    for site in found:
        site["documents"] = draw(of("finite", "finite", "unlimited"))
        if groups and draw(of(False, False, True)):
            site["topics"] = draw(_tastes(groups, (0, 0.2, 5)))
    club = {"name": "club", "readers": ["a"], **maybe(draw, SITE)}
    return [*found, club, {"name": "cellar", "open": False}]


PLACES = ("plaza", "forum", "farm", "club")
WRITES = st.dictionaries(of(*PLACES), of(0.3, 1, 4), min_size=1, max_size=3)


@st.composite
def humans(draw: Any, groups: dict[str, list[str]], domain_names: list[str]) -> list[Plain]:
    found = []
    for name in ("people", "aunts")[: draw(st.integers(1, 2))]:
        community: Plain = {"name": name, "volume": draw(VOLUMES), "writes": draw(WRITES)}
        fields: Plain = {
            "count": of(1, 2, 3),
            "error": of(0, 0.05, 0.5, 1, {"by_domain": {domain_names[0]: 0.3}}),
            "passed_off": of(0, 0.1, 1),
            "topic_spread": of(0, 1.2),
            "shortcut": of(None, None, {"discount": 0.3, "cost": 0.5}, {"spread": 0, "rate": 1}),
        }
        if groups:
            fields["topics"] = _tastes(groups, (0.2, 1, 5))
        found.append(community | maybe(draw, fields))
    return found


@st.composite
def diets(draw: Any, listed: list[Plain]) -> Plain:
    """One to three takes; what is taken without replacement comes from one finite site."""
    finite = [s["name"] for s in listed if s.get("documents", "finite") == "finite"]
    sources = of("web", "plaza", "forum", ["farm", "forum"], ["plaza", "farm"])
    asked: list[Plain] = [{"share": s} for s in draw(of([], [1], [1], [0.5, 0.5], [0.7, 0.3]))]
    asked += [{"k": k} for k in draw(of([], [], [3], [40]))]
    if not asked:
        asked = [{"k": 25}]
    takes = [{"source": draw(sources), **amount} for amount in asked]
    for take in takes:
        taste: Plain = {"weight": of(0.5, 2), "affinity": of(0.05, 2, {"plaza": 1, "farm": 0.2})}
        if draw(of(False, False, True)):
            take |= maybe(draw, taste)
    diet: Plain = {"takes": takes, "allocation": draw(of("random", "quota"))}
    if any("share" in take for take in takes):
        diet["n"] = draw(of(1, 2, 15, 100, 350, 10**12))
    own = [name for name in finite if name not in ("club", "cellar")]
    bounded = draw(of("no", "no", "all", "distinct")) if own else "no"
    if bounded == "all":
        takes.append({"source": draw(of(*own)), "all": True, "weight": draw(of(1, 3))})
    elif bounded == "distinct":
        takes[0] |= {"source": draw(of(*own)), "replace": False}
        takes[0].pop("affinity", None)
    else:
        diet |= maybe(draw, {"top_p": of(0.5, 0.9)})
    return diet


STARTS = of(
    "truth",
    "fitted",
    {"kind": "fitted", "documents": 12},
    {"kind": "fitted", "source": "diet", "rounds": 2},
    {"kind": "dirichlet", "concentration": 0.5},
    {"kind": "given", "false": 0.7},
)


@st.composite
def models(draw: Any, listed: list[Plain], domain_names: list[str]) -> list[Plain]:
    found = []
    for name in "abcd"[: draw(st.integers(1, 4))]:
        model: Plain = {
            "name": name,
            "volume": draw(VOLUMES),
            "writes": draw(WRITES),
            "diet": draw(diets(listed)),
            "learner": {"kind": "frequencies", **maybe(draw, LEARNER)},
            "decoding": maybe(draw, DECODING),
            "start": draw(STARTS),
        }
        if draw(st.booleans()):
            model |= maybe(draw, PRESENCE)
        if name != "a" and draw(of(False, False, False, True)):
            model["count"] = draw(of(2, 9))
        if len(domain_names) > 1 and draw(of(False, False, True)):
            model["diet"] = {"by_domain": {domain_names[0]: model["diet"]}}
            model["volume"] = {"by_domain": {domain_names[0]: 30}}
        found.append(model)
    return found


POLICY = st.one_of(
    of({"kind": "nothing"}),
    st.fixed_dictionaries(
        {"kind": of("detector"), "start": of(1, 2), "hit": of(0, 0.6, 0.9, 1)},
        optional={"stop": of(3), "compliance": of(0, 0.5), "false_alarm": of(0, 0.2, 1)},
    ),
    of({"kind": "likelihood_filter", "share": 0.3, "compliance": 0.6}),
    of({"kind": "surprise", "strength": 2}, {"kind": "surprise", "start": 2, "compliance": 0.5}),
    of({"kind": "verification", "true_pass": 0.9, "false_pass": 0.2}),
    of({"kind": "reopening", "start": 2}),
)
UNMEASURED: Plain = {"meters": [], "items": False}
WEB = {"eta": of(0, 0.5, 1, 2), "attention": of("uniform", "given", "pagerank")}


@st.composite
def worlds(draw: Any, steps: int = 3, measured: bool = False, **fixed: Any) -> Plain:
    """A scenario as plain data: `steps` steps, and whatever is `fixed`.

    Meters cost more than all else: only one world in four has them, unless all are `measured`.
    """
    names = draw(of(["facts"], ["facts"], ["facts", "words"]))
    listed = fixed.get("domains") or {name: draw(domains()) for name in names}
    names = list(listed)
    groups = _profiled(listed)
    places = draw(sites(groups))
    return {
        "name": "random",
        "steps": steps,
        "seed": draw(st.integers(0, 2**32)),
        "domains": listed,
        "web": maybe(draw, WEB),
        "sites": places,
        "humans": draw(humans(groups, names)),
        "models": draw(models(places, names)),
        "policies": draw(st.lists(POLICY, max_size=2)),
        **({} if measured or draw(of(False, False, False, True)) else UNMEASURED),
        **fixed,
    }


def by_all(given_: Plain) -> None:
    """Policies that some models comply with: here all do, or none.

    A share is of all models that there are, so that one model more may change who complies.
    """
    given_["policies"] = [
        {**policy, "compliance": float(policy.get("compliance", 1) > 0)}
        for policy in given_.get("policies", ())
    ]
