"""A part of the benchmark whose cases fail in every way that there is."""

import os
import signal
import time

from benchmarks.gpu import work


def measure(case, job):
    """Do what the case is called."""
    job.note({"steps": 3})
    if case == "raises":
        raise ValueError("two words")
    if case == "dies":
        print("its last words", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if case == "hangs":
        time.sleep(600)
    if case == "spoils":  # as a fault that leaves the device unusable does
        work._measure = lambda *_: os._exit(1)
    return {"seen": job.data is None}
