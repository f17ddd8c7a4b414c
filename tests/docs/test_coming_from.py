"""docs/transport/coming-from.md: the same cells in every library that is installed."""

import re
from pathlib import Path

import numpy as np
import pytest

from aeot.transport import planar

PAGE = Path(__file__).parents[2] / "docs" / "transport" / "coming-from.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def ours():
    names = {}
    exec(compile(BLOCKS[0], str(PAGE), "exec"), names)
    return names


def error(y, heights):
    return np.abs(planar.power_diagram(y.astype(float), heights).masses - 1 / len(y)).sum()


def test_the_first_block_finds_the_exact_cells(ours):
    assert error(ours["y"], ours["heights"]) < 1e-5
    assert len(BLOCKS) == 3


@pytest.mark.parametrize(("block", "found"), [(1, "from_pot"), (2, "from_ott")])
def test_another_library_finds_the_same_cells(ours, block, found):
    needs, _, _ = BLOCKS[block].partition("\n")
    for name in needs.removeprefix("# needs ").split():
        pytest.importorskip(name)
    names = {"np": np, "y": ours["y"]}
    exec(compile(BLOCKS[block], str(PAGE), "exec"), names)
    assert error(ours["y"], names[found]) < 0.2  # theirs are not certified
    x = np.random.default_rng(2).uniform(size=(5000, 2))
    a, b = ((x @ ours["y"].T + h).argmax(1) for h in (ours["heights"], names[found]))
    assert (a == b).mean() > 0.8


def test_heights_on_the_centred_cube_are_carried_over_as_the_page_says(ours):
    # x' = x - 1/2 on the centred cube, of the planes <x', y> + H.
    y, heights = ours["y"].astype(float), ours["heights"]
    centred = heights + y.sum(1) / 2
    x = np.random.default_rng(3).uniform(size=(2000, 2))
    cells = ((x - 0.5) @ y.T + centred).argmax(1)
    assert (cells == (x @ y.T + heights).argmax(1)).all()


@pytest.mark.parametrize("half", [False, True])
def test_potentials_of_the_costs_are_carried_over_as_the_page_says(ours, half):
    y, heights = ours["y"].astype(float), ours["heights"]
    squares = (y**2).sum(1)
    potential = heights + squares / 2 if half else 2 * heights + squares
    x = np.random.default_rng(4).uniform(size=(2000, 2))
    cost = ((x[:, None] - y) ** 2).sum(2) / (2 if half else 1)
    assert ((potential - cost).argmax(1) == (x @ y.T + heights).argmax(1)).all()
