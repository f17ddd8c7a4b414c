"""Sources of one's own: what they must return, and solves from them."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.transport import TransportMap, TransportSettings, solve
from aeot.transport.descent import Descent
from aeot.transport.problem import Problem
from aeot.transport.sampled import SampledSource

FAST = TransportSettings(tolerance=0.15)
MEANS = torch.tensor([[20.0, -3, 0, 0], [24, 3, 1, 0], [22, 0, 0, 2]])


def cube(count, generator, d=4):
    return torch.rand(count, d, generator=generator)


def blobs(count, generator):
    """Three Gaussians of deviations 3, 1, 0.1 and 0.5 along the axes, far from the origin."""
    which = torch.randint(3, (count,), generator=generator)
    noise = torch.randn(count, 4, generator=generator, dtype=torch.float64)
    return MEANS[which] + noise * torch.tensor([3, 1, 0.1, 0.5])


def codes_of(count=60, d=4):
    return np.random.default_rng(0).normal(size=(count, d)) * 2 + 5


def share_of(transport, sampler, cells, count=200_000):
    """Cell masses on fresh samples of the source, by the map's formula."""
    generator, total = torch.Generator().manual_seed(1234), np.zeros(len(transport.heights))
    for _ in range(count // 20_000):
        x = sampler(20_000, generator).double().numpy()
        total += np.bincount(cells(transport, x), minlength=len(total))
    return total / total.sum()


@pytest.mark.parametrize("sampler", [cube, blobs])
def test_the_certificate_is_true_of_fresh_samples(sampler, fresh_cells):
    target = np.random.default_rng(1).uniform(0.5, 2, size=60)
    solution = solve(codes_of(), target, FAST, source=sampler)
    share, target = share_of(solution.transport, sampler, fresh_cells), solution.transport.masses
    noise = np.sqrt(2 / np.pi * target / 200_000).sum()
    report = solution.report
    assert report["converged"] and report["source"] == "callable"
    error = np.abs(share - target).sum()
    assert report["mass_error_low"] - noise < error < report["mass_error_high"] + noise
    # The masses that it reports are those of its samples.
    both = np.sqrt(2 / np.pi * target * (1 / report["held_out_samples"] + 1 / 200_000)).sum()
    assert np.abs(solution.masses - share).sum() < 1.4 * both
    # The energy is the mean of the potential, less its mean over the target.
    x = sampler(200_000, torch.Generator().manual_seed(5)).double().numpy()
    potential = (x @ codes_of().astype(np.float32).T + solution.transport.heights).max(1)
    energy = potential.mean() - target @ solution.transport.heights
    deviation = 4 * potential.std() / 200_000**0.5
    assert report["energy_low"] - deviation < energy < report["energy_high"] + deviation


def test_a_function_that_draws_the_cube_gives_the_map_from_the_cube():
    named = solve(codes_of(), settings=FAST)
    own = solve(codes_of(), settings=FAST, source=cube)
    x = cube(20_000, torch.Generator().manual_seed(3))
    a, b = named.transport.cells(x), own.transport.cells(x)
    moved = 0.5 * sum(solution.report["mass_error_high"] for solution in (named, own))
    assert (a != b).double().mean() < 2 * moved
    reach = codes_of().std() * 0.1
    assert np.median(np.abs(named.transport.heights - own.transport.heights)) < reach


@pytest.mark.parametrize("d", [1, 2])
def test_few_dimensions_are_no_square_and_no_line_of_the_cube(d, fresh_cells):
    def square(count, generator):
        return cube(count, generator, d) ** 2

    solution = solve(codes_of(20, d), settings=FAST, source=square)
    share = share_of(solution.transport, square, fresh_cells)
    assert solution.report["converged"]
    assert np.abs(share - 0.05).sum() < solution.report["mass_error_high"] + 0.01


def test_a_source_of_fewer_dimensions_than_the_codes(fresh_cells):
    def flat(count, generator):
        x = torch.randn(count, 4, generator=generator)
        return torch.cat([x[:, :2], x[:, :1] + x[:, 1:2], torch.full((count, 1), 7.0)], 1)

    solution = solve(codes_of(), settings=FAST, source=flat)
    share = share_of(solution.transport, flat, fresh_cells)
    assert solution.report["rank"] == 2
    assert np.abs(share - 1 / 60).sum() < solution.report["mass_error_high"] + 0.02


def test_standard_samples_have_mean_zero_and_unit_covariance():
    source = SampledSource(blobs, 4)
    x = source.from_stream(source.stream(0).points(0, 100_000))
    assert x.mean(0).abs().max() < 0.03
    assert (torch.cov(x.T) - torch.eye(4)).abs().max() < 0.03
    # Scores of turned codes are those of the codes, but for a constant of each sample.
    y = codes_of(5)
    raw = source.stream(0).points(0, 10).double()
    inside = x[:10] @ torch.from_numpy(source.turned(y)).T + torch.from_numpy(source.inner(y))
    torch.testing.assert_close(inside, raw @ torch.from_numpy(y).T)


def test_halves_are_not_crossed_and_stretches_make_the_whole():
    problem = Problem.build(codes_of(50, 12).astype(np.float32), None, lambda n, g: cube(n, g, 12))
    assert not Descent(problem, torch.zeros(50).double(), 0, torch.device("cpu")).crosses
    stream = problem.source.stream(3)
    whole = stream.points(0, 10_000)
    assert len(whole.unique(dim=0)) == 10_000
    for start, stop in ((9000, 10_000), (0, 1), (4095, 4097), (100, 9000), (5, 5)):
        assert torch.equal(stream.points(start, stop - start), whole[start:stop])
    assert not torch.equal(problem.source.stream(4).points(0, 10), whole[:10])


@pytest.mark.parametrize(
    ("sampler", "words"),
    [
        ("cauchy", "must be a function"),
        (lambda n, g: cube(n, g, 3), r"float32 of shape \(64, 3\) on cpu; .* shape \(64, 4\) on"),
        (lambda n, g: cube(n, g)[0], r"shape \(4,\)"),
        (lambda n, g: cube(n, g)[:-1], r"shape \(63, 4\)"),
        (lambda n, g: cube(n, g).numpy(), "source returned a ndarray"),
        (lambda n, g: (10 * cube(n, g)).long(), "int64"),
        (lambda n, g: cube(n, g).to("meta"), "on meta"),
        (lambda n, g: cube(n, g).log().where(cube(n, g) > 0.5, torch.inf), "not finite"),
        (lambda n, g: torch.rand(n, 4), "draw from the generator"),
        (lambda n, g: torch.arange(4.0 * n).reshape(n, 4), "draw from the generator"),
        (lambda n, g: cube(n, g).mul(0), "draw from the generator"),
    ],
)
def test_what_is_no_source_is_named(sampler, words):
    with pytest.raises(InputError, match=words):
        solve(codes_of(), settings=FAST, source=sampler)


def test_a_source_that_fails_later_is_named_then():
    def late(count, generator):
        return cube(count, generator)[:5000]

    with pytest.raises(InputError, match=r"shape \(5000, 4\).*\(65536, 4\)"):
        solve(codes_of(), settings=FAST, source=late)


def test_pairs_and_files_of_a_map_from_a_source_of_ones_own(tmp_path, fresh_cells):
    heights, masses = np.random.default_rng(2).normal(size=60), np.full(60, 1 / 60)
    transport = TransportMap(codes_of().astype(np.float32), heights, masses, blobs)
    for make in (np.random.default_rng, lambda seed: torch.Generator().manual_seed(seed)):
        x, index = map(np.asarray, transport.pairs(2000, make(0)))
        assert (index == fresh_cells(transport, x)).mean() > 0.999
        assert abs(x[:, 0].mean() - 22) < 0.5
        assert (np.asarray(transport.pairs(2000, make(0))[0]) == x).all()
        assert not (np.asarray(transport.pairs(2000, make(1))[0]) == x).any()
    transport.save(tmp_path / "t.npz")
    again = TransportMap.load(tmp_path / "t.npz", source=blobs)
    np.testing.assert_array_equal(again.cells(x), transport.cells(x))
    with pytest.raises(InputError, match="its source is callable; pass `source`"):
        TransportMap.load(tmp_path / "t.npz")
    named = TransportMap(transport.support, transport.heights, transport.masses, "uniform")
    named.save(tmp_path / "n.npz")
    with pytest.raises(InputError, match="its source is uniform"):
        TransportMap.load(tmp_path / "n.npz", source=blobs)


def test_a_seed_makes_the_run_and_the_start_may_be_given():
    first, again = (solve(codes_of(), settings=FAST, source=blobs) for _ in range(2))
    assert (first.transport.heights == again.transport.heights).all()
    warm = solve(codes_of(), settings=FAST, source=blobs, initial=first.transport.heights)
    assert warm.report["converged"]
