"""What training sets were made of: shares and depth of what was read, rows of the ledger."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.crawl import Crawl
from ecosystem.ledger import Node

Links = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def record(world: Any, name: str, crawl: Crawl, readers: list[Any]) -> None:
    """Note what each training set was made of: shares, depth, and the ledger's rows."""
    stock = world.stocks[name]
    fed = np.flatnonzero([model.training[name].size > 0 for model in readers])
    if not fed.size:
        return
    models = [readers[i] for i in fed.tolist()]
    if stock.watch is not None:
        stock.watch.train(crawl, models)
    rows = np.array([model.row for model in models])
    shares = crawl.shares if fed.size == len(readers) else crawl.shares[fed]
    synthetic = np.zeros(stock.size.size)
    synthetic[: len(stock.shelves)] = [shelf.synthetic for shelf in stock.shelves]
    documents = [model.training[name].size for model in models]
    world.read_synthetic[name][rows] = shares @ synthetic
    world.read_depth[name][rows] = shares @ stock.depth
    world.read_documents[name][rows] = documents
    kept = np.array([model.learners[name].kept for model in models])
    fresh = 1.0 + world.read_depth[name][rows]
    stock.author_depth[rows] = (1 - kept) * fresh + kept * stock.author_depth[rows]
    if not world.ledger.on:
        return
    former = stock.author_node[rows]
    alike = Node("training", world.steps, name, "", law="multinomial")
    differing = {
        "name": [model.name for model in models],
        "generation": [model.generation for model in models],
        "documents": documents,
        "invented": [model.learners[name].invented for model in models],
        "novel": stock.novel(rows).tolist(),
    }
    if all(model.readers[name].blended for model in models):
        links = np.diff(shares.indptr), stock.node[shares.indices], shares.data
    else:
        sources = [_sources(world, name, crawl, i, readers[i]) for i in fed.tolist()]
        differing["law"] = [law for law, _ in sources]
        links = _linked([parents for _, parents in sources])
    trained = world.ledger.nodes(alike, differing, links)
    stock.author_node[rows] = stock.training_node[rows] = trained
    mixed = np.flatnonzero((kept > 0) & (former >= 0)).tolist()
    if mixed:
        alike = Node("model", world.steps, name, "")
        differing = {key: [differing[key][i] for i in mixed] for key in ("name", "generation")}
        pairs = [[(int(trained[i]), 1 - kept[i]), (int(former[i]), kept[i])] for i in mixed]
        stock.author_node[rows[mixed]] = world.ledger.nodes(alike, differing, _linked(pairs))


def _sources(
    world: Any, name: str, crawl: Crawl, row: int, model: Any
) -> tuple[str, list[tuple[int, float]]]:
    """How one training set was drawn, and from what: shelves, or a sample for each take."""
    stock = world.stocks[name]
    if model.readers[name].blended:
        span = slice(int(crawl.shares.indptr[row]), int(crawl.shares.indptr[row + 1]))
        parents = stock.node[crawl.shares.indices[span]].tolist()
        return "multinomial", list(zip(parents, crawl.shares.data[span].tolist(), strict=True))
    merged = []
    for i, (share, law, documents, drawn) in enumerate(crawl.samples(row)):
        sample = Node(
            "sample", world.steps, name, f"{model.name}#{i}", documents, model.generation, law
        )
        shelves = [(int(stock.node[shelf]), chance) for shelf, chance in drawn]
        merged.append((world.ledger.node(sample, shelves), share))
    diet = model.readers[name].diet
    at_random = diet.allocation == "random" and all(take.share is not None for take in diet.takes)
    return "merged" if at_random else "pool", merged


def _linked(parents: Sequence[Sequence[tuple[int, float]]]) -> Links:
    """Number of parents of each node, and all parents and shares above 0 in a row."""
    linked = [[(parent, share) for parent, share in each if share > 0] for each in parents]
    flat = [pair for each in linked for pair in each]
    return (
        np.array([len(each) for each in linked]),
        np.array([parent for parent, _ in flat], dtype=np.int64),
        np.array([share for _, share in flat], dtype=np.float64),
    )
