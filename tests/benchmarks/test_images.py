"""The benchmark of trainings: what it compares, not how fast it is."""

import sys
from pathlib import Path

import pytest
import torch

from aeot.files import load_rows

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.images import COLUMNS, _Still, main


def test_the_bare_optimiser_forgets_gradients_and_moves_nothing():
    layer = torch.nn.Linear(3, 2)
    before = [p.clone() for p in layer.parameters()]
    still = _Still(torch.optim.Adam(layer.parameters()))
    layer(torch.ones(1, 3)).sum().backward()
    still.step()
    assert all(torch.equal(a, b) for a, b in zip(before, layer.parameters(), strict=True))
    still.zero_grad()
    assert all(p.grad is None for p in layer.parameters())


@pytest.mark.workflow  # trains every model
def test_a_row_for_every_model(tmp_path):
    out = tmp_path / "images.csv"
    main(["--models", "glo", "nsgan", "--steps", "1", "--rounds", "1", "--out-rows", str(out)])
    rows = load_rows(out, *COLUMNS)
    assert [row["model"] for row in rows] == ["glo", "nsgan"]
    for row in rows:
        loop, bare = (float(row[f"{name}_images_a_second"]) for name in ("loop", "bare"))
        rounding = 0.005 + loop / bare * (0.5 / loop + 0.5 / bare)  # rates are whole numbers
        assert abs(loop / bare - float(row["share_of_bare"])) < rounding + 0.001
