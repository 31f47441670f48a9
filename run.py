"""The command line: `python run.py --help`."""

import gc
import os

gc.set_threshold(100_000)  # or a tenth of the start-up goes into looking for garbage
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # a second BLAS thread changes last bits

from scenarios.cli import main  # noqa: E402  (after the threads are set)

if __name__ == "__main__":
    main()
