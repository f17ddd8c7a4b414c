"""The end of a case's time: a training that is cut goes on where it was."""

import math
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.gpu.job import CutError, Deadline, Job

from aeot.pointmodels.pacgan.model import Model
from aeot.pointmodels.pacgan.settings import Settings


def job(folder, seconds):
    until = time.monotonic() + seconds
    return Job(torch.device("cpu"), True, until, folder, None, "code", lambda values: None)


@pytest.mark.long
def test_a_training_that_is_cut_and_goes_on_ends_as_one_that_was_not(tmp_path):
    settings = Settings(steps=110, batch_size=2, moments=1, count=5)
    points, steps = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32), []

    def fit(seconds):
        deadline = Deadline(
            job(tmp_path, seconds), "one", {}, lambda state: steps.append(state["step"])
        )
        return Model.fit(points, settings, 1, 0, torch.device("cpu"), deadline)

    with pytest.raises(CutError):
        fit(0)
    assert steps == [100]  # a block
    whole = Model.fit(points, settings, 1, 0, torch.device("cpu")).last.points
    np.testing.assert_array_equal(fit(math.inf).last.points, whole)


def test_other_code_starts_again(tmp_path):
    seen = []
    deadline = Deadline(job(tmp_path, 0), "one", {"n": 1}, seen.append)
    assert deadline.due()
    with pytest.raises(CutError):
        deadline.save({"step": 7})
    assert seen == [{"step": 7}]
    assert Deadline(job(tmp_path, 0), "one", {"n": 1}, seen.append).load() == {"step": 7}
    assert Deadline(job(tmp_path, 0), "one", {"n": 2}, seen.append).load() is None
