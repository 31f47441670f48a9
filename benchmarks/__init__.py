"""What the engine costs, measured: `make bench` writes `docs/performance.md`."""
