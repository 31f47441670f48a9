"""A Dask cluster as the executor of a study (extra `cluster`)."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from scenarios.complaints import ScenarioError

PATIENCE = 10
"""Seconds to wait for a scheduler's answer."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a scheduler, and how many runs its workers make at once.

    Workers import the project: start them in its folder (`python -m distributed.cli.dask_worker
    ADDRESS` or `dask worker ADDRESS`), with the same packages.

    Raises:
        ScenarioError: distributed is not installed; nothing answers; there is no worker.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
    except ImportError:
        raise ScenarioError(
            "scheduler: needs the package distributed, which is not installed: "
            "pip install distributed (the extra `cluster`)"
        ) from None
    for name in ("distributed", "distributed.comm", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # a client that cannot connect says so, and then once more when it is thrown away
        host, port = parse_host_port(parse_address(address)[1], 8786)
        socket.create_connection((host or "127.0.0.1", int(port)), PATIENCE).close()
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ScenarioError(
            f"scheduler: given {address!r}, where nothing answers within {PATIENCE} seconds "
            f"({type(error).__name__}); allowed the address of a Dask scheduler, such as "
            "tcp://host:8786"
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ScenarioError(
                f"scheduler: given {address!r}, which has no workers; allowed one with workers"
            )
        with client.get_executor() as executor:
            yield executor, threads
