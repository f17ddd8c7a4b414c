"""Couplings of flow matching: their marginals, their cost, and the runs that use them."""

from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.stats import kstest

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.pointmodels.flowmatching.couplings import MAPPED, assigned, coupling_of, solved
from aeot.pointmodels.flowmatching.model import FlowTraining, Model
from aeot.pointmodels.flowmatching.settings import Settings

CPU = torch.device("cpu")
NAMES = ("independent", "minibatch", *MAPPED)


@pytest.fixture(scope="module")
def data():
    """A cloud off the centre, so that pairs differ from independent ones in cost."""
    rng = np.random.default_rng(0)
    near = rng.normal(size=(40, 3)) * [1, 0.5, 0.2] + 2 * rng.integers(0, 2, (40, 1))
    return torch.from_numpy(near.astype(np.float32))


@pytest.fixture(scope="module")
def transport(data):
    return solved(data, 0.05, seed=0)[0]


@pytest.fixture
def pairs(data, transport):
    """Draw noise (200, 2, 32, 3) and rows (200, 2, 32), and couple them."""

    def draw(name, seed=0):
        random = torch.Generator().manual_seed(seed)
        noise = torch.randn(200, 2, 32, 3, generator=random)
        rows = torch.randint(len(data), (200, 2, 32), generator=random)
        couple = coupling_of(name, data, transport if name in MAPPED else None)
        return noise, rows, couple(noise, rows)

    return draw


def cost(data, noise, rows):
    return (data[rows] - noise).square().sum(dim=-1).mean().item()


@pytest.mark.parametrize("name", NAMES)
def test_noise_stays_gaussian_and_every_point_appears_equally_often(name, pairs, data):
    noise, _, rows = pairs(name)
    again = torch.randn(200, 2, 32, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(noise, again)  # no coupling touches it
    for axis in range(3):
        assert kstest(noise[..., axis].flatten(), "norm").pvalue > 1e-3
    share = torch.bincount(rows.flatten(), minlength=len(data)) * len(data) / rows.numel()
    chance = (len(data) / rows.numel()) ** 0.5  # of a share that is 1
    off = 0.05 * 3 if name in MAPPED else 0  # a cell may be off by more than the mean error
    assert (share - 1).abs().max() < 4 * chance + off


def test_optimal_pairs_cost_less_and_those_of_the_whole_set_least(pairs, data):
    costs = {name: cost(data, noise, rows) for name in NAMES for noise, _, rows in [pairs(name)]}
    assert costs["semidiscrete"] < costs["minibatch"] < 0.9 * costs["independent"]
    assert costs["shuffled"] == pytest.approx(costs["independent"], rel=0.02)


def test_a_batch_is_assigned_as_well_as_by_any_permutation(data):
    random = torch.Generator().manual_seed(1)
    noise = torch.randn(5, 2, 6, 3, generator=random)
    rows = torch.randint(len(data), (5, 2, 6), generator=random)
    found = assigned(data, noise, rows)
    for step, trial in np.ndindex(5, 2):
        x, own, ours = noise[step, trial], rows[step, trial], found[step, trial]
        assert sorted(ours.tolist()) == sorted(own.tolist())
        every = [(data[own[list(order)]] - x).square().sum() for order in permutations(range(6))]
        assert (data[ours] - x).square().sum().item() == pytest.approx(min(every).item(), rel=1e-5)


def test_a_larger_minibatch_is_coupled_better(data):
    random = torch.Generator().manual_seed(2)
    noise = torch.randn(1, 1, 512, 3, generator=random)
    rows = torch.randint(len(data), (1, 1, 512), generator=random)
    costs = [
        cost(data, noise.reshape(-1, 1, size, 3), assigned(data, *(
            noise.reshape(-1, 1, size, 3), rows.reshape(-1, 1, size))))
        for size in (2, 8, 64, 512)
    ]  # fmt: skip
    assert costs == sorted(costs, reverse=True)


def test_the_whole_sets_map_pairs_by_its_cells_and_the_control_shifts_them(pairs, transport):
    noise, _, rows = pairs("semidiscrete")
    assert (rows.flatten() == transport.cells(noise.reshape(-1, 3))).all()
    shuffled = pairs("shuffled")[2]
    assert torch.equal(shuffled[..., 1:], rows[..., :-1])
    assert torch.equal(shuffled.sort(dim=-1)[0], rows.sort(dim=-1)[0])


def fit(data, checkpoint=None, **changes):
    settings = Settings(**{"steps": 230, "batch_size": 16, "width": 8, "count": 50} | changes)
    return Model.fit(data.numpy(), settings, 2, 0, CPU, checkpoint)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_killed_run_resumes_to_the_same_bytes_and_solves_once(name, data, tmp_path, monkeypatch):
    whole = fit(data, coupling=name)
    whole.model.save(tmp_path / "whole.pt")
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    save = Checkpoint.save

    def kill(self, state):
        save(self, state)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "save", kill)
        with pytest.raises(KeyboardInterrupt):
            fit(data, Checkpoint(tmp_path / "out", {}), coupling=name)
    monkeypatch.setattr("aeot.pointmodels.flowmatching.model.solved", None)
    resumed = fit(data, Checkpoint(tmp_path / "out", {}), coupling=name)
    resumed.model.save(tmp_path / "resumed.pt")
    assert (tmp_path / "resumed.pt").read_bytes() == (tmp_path / "whole.pt").read_bytes()
    for key in ("straightness", "cost", "pair_cost"):
        assert resumed.report[key] == whole.report[key]


@pytest.mark.long
def test_the_report_has_the_solve_and_its_seconds_count(data):
    flows = {name: fit(data, coupling=name) for name in NAMES}
    for name, flow in flows.items():
        assert flow.report["coupling"] == name
        assert ("solve" in flow.report) == (name in MAPPED)
    solve = flows["semidiscrete"].report["solve"]
    assert solve["converged"] and solve["mass_error_high"] <= 0.05
    assert flows["semidiscrete"].history[-1]["seconds"] > solve["seconds"] > 0
    costs = {name: flow.report["pair_cost"] for name, flow in flows.items()}
    assert costs["semidiscrete"] < costs["minibatch"] < costs["independent"]


@pytest.mark.long
def test_couplings_see_the_same_noise_and_times_and_other_rows(data):
    drawn = {}
    for name in NAMES:
        settings = Settings(steps=10, batch_size=16, width=8, coupling=name)
        flow = FlowTraining(data.numpy(), settings, 2, 0, CPU)
        flow.start()
        drawn[name] = flow.draw(3)
    noise, rows, times = drawn["independent"]
    for name in NAMES[1:]:
        assert torch.equal(drawn[name][0], noise) and torch.equal(drawn[name][2], times)
        assert not torch.equal(drawn[name][1], rows)


@pytest.mark.long
def test_optimal_pairs_make_straighter_paths(data):
    made = {name: fit(data, coupling=name, steps=600, batch_size=64, width=16, moments=1)
            for name in ("independent", "semidiscrete", "shuffled")}  # fmt: skip
    bends = {name: flow.report["straightness"] for name, flow in made.items()}
    assert bends["semidiscrete"] < 0.5 * bends["independent"]
    assert bends["semidiscrete"] < 0.5 * bends["shuffled"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"coupling": "sinkhorn"}, "coupling: input should be 'independent', 'minibatch'"),
        ({"coupling": "minibatch", "batch_size": 1}, "minibatch needs batches of 2 or more"),
        ({"coupling": "shuffled", "batch_size": 1}, "shuffled needs batches of 2 or more"),
        ({"evaluations": 7}, "a midpoint step takes 2 of them, and 7 is odd; give an even"),
        ({"solver": "heun"}, "solver: input should be 'euler' or 'midpoint'"),
        ({"tolerance": 0}, "tolerance: input should be greater than 0"),
    ],
)
def test_settings_that_mean_nothing_are_refused_in_words(words, fault):
    with pytest.raises(InputError, match=fault):
        Settings.checked(words, "methods.flow.set")
