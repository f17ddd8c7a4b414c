"""What is particular to each model of points."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.metrics.collapse import collapse_scores
from aeot.mixtures import MIXTURES
from aeot.pointmodels.aeot.model import Model as AeotModel
from aeot.pointmodels.aeot.settings import Settings as AeotSettings
from aeot.pointmodels.ali.model import Ali
from aeot.pointmodels.data.model import Model as DataModel
from aeot.pointmodels.data.settings import Settings as DataSettings
from aeot.pointmodels.flowmatching.model import Model as FlowModel
from aeot.pointmodels.flowmatching.model import Velocity
from aeot.pointmodels.flowmatching.paths import transport
from aeot.pointmodels.flowmatching.settings import Settings as FlowSettings
from aeot.pointmodels.gmm.model import Model as GmmModel
from aeot.pointmodels.gmm.settings import Settings as GmmSettings
from aeot.pointmodels.md.model import Similarities
from aeot.registry import resolve

CPU = torch.device("cpu")


def generators(count):
    return [torch.Generator().manual_seed(seed) for seed in range(count)]


def mixture(name):
    return resolve(MIXTURES, name, "mixture")()


def training_points(name, count=20_000):
    return mixture(name).sample(count, np.random.default_rng(0))


def test_similarities_are_sums_over_the_others_of_a_minibatch():
    layer, x = Similarities(generators(2), 6, kernels=3, size=4), torch.randn(2, 5, 6)
    torch.nn.init.normal_(layer.log_scale)
    found = layer(x).detach().numpy()
    for trial in range(2):
        theta = layer.theta[trial].detach().numpy()
        theta = (
            theta / np.linalg.norm(theta, axis=0) * np.exp(layer.log_scale[trial].detach().numpy())
        )
        features = (x[trial].numpy() @ theta).reshape(5, 3, 4)
        for i in range(5):
            for b in range(3):
                apart = [np.abs(features[i, b] - features[j, b]).sum() for j in range(5) if j != i]
                assert found[trial, i, 6 + b] == pytest.approx(np.exp(-np.array(apart)).sum() - 1,
                                                               rel=1e-4)  # fmt: skip
    np.testing.assert_array_equal(found[..., :6], x.numpy())


def test_similarities_have_finite_gradients():
    layer, x = Similarities(generators(1), 6, 3, 4), torch.zeros(1, 5, 6, requires_grad=True)
    layer(x).sum().backward()
    assert torch.isfinite(x.grad).all()
    assert all(torch.isfinite(p.grad).all() for p in layer.parameters())


def test_alis_encoder_is_trained_by_the_real_pairs():
    game = Ali(generators(1), 2)
    x, z, noise = torch.randn(3, 1, 10, 2)
    real, _ = game.logits(x, z, noise)
    real.sum().backward()
    generator, encoder = game.players
    assert all(p.grad is not None for p in encoder.parameters())
    assert not any(p.grad is not None and p.grad.any() for p in generator.parameters())
    other, _ = game.eval().logits(x, z, -noise)
    assert (other != game.logits(x, z, noise)[0]).any()  # the encoder is random


def test_a_flow_follows_its_velocity():
    class Decay(Velocity):
        def forward(self, x, t):
            return -2 * x * t

    x = torch.randn(1, 5, 2)
    found = transport(Decay(generators(1), 2, 4), x, 50)
    torch.testing.assert_close(found, x * np.exp(-1), rtol=1e-3, atol=1e-4)


@pytest.mark.long
def test_flow_matching_learns_a_gaussian():
    points = np.random.default_rng(0).normal([4, 0], [1.0, 0.3], (5000, 2)).astype(np.float32)
    settings = FlowSettings(steps=800, batch_size=128, width=32, count=2000, evaluations=40)
    for drawn in FlowModel.fit(points, settings, 2, 0, CPU).points[-1]:
        np.testing.assert_allclose(drawn.mean(axis=0), [4, 0], atol=0.15)
        np.testing.assert_allclose(drawn.std(axis=0), [1.0, 0.3], rtol=0.2)


def test_the_criterion_finds_the_mixtures_size():
    points = training_points("ring")
    result = GmmModel.fit(points, GmmSettings(components=[2, 8, 16], fitted=2000), 2, 0, CPU)
    assert result.report["components"] == [8, 8]
    assert result.rows.shape == (2, 2000)
    assert all(len(set(rows)) == 2000 for rows in result.rows.tolist())
    for drawn in result.points[-1]:
        scores = collapse_scores(drawn, mixture("ring"), points[:100])
        assert scores["modes"] == 8
        assert scores["high_quality"] > 0.97
        # The order says nothing of the modes: any part is a sample.
        assert collapse_scores(drawn[:200], mixture("ring"), points[:100])["modes"] == 8


def test_too_few_points_for_a_mixture_are_named():
    with pytest.raises(InputError, match="5 points are too few for 10 components"):
        GmmModel.fit(np.zeros((5, 2), np.float32), GmmSettings(components=[10]), 1, 0, CPU)


# Mixtures of three points and more fill the bends of the spiral a little.
@pytest.mark.long
@pytest.mark.parametrize(("weights", "quality"), [("uniform", 0.985), ("inverse_distance", 0.96)])
@pytest.mark.parametrize(
    ("name", "codes"), [("grid", 512), ("ring", 512), ("spiral", 1024), ("imbalanced", 4096)]
)
def test_aeot_covers_every_mode_and_nothing_between(name, codes, weights, quality):
    points = training_points(name)
    result = AeotModel.fit(points, AeotSettings(codes=codes, weights=weights), 2, 0, CPU)
    assert all(trial["converged"] for trial in result.report["trials"])
    for drawn in result.points[-1]:
        scores = collapse_scores(drawn, mixture(name), points[:100])
        assert scores["modes"] == len(mixture(name).means)
        assert scores["high_quality"] > quality


def test_aeots_trials_take_points_of_their_own_and_mix_them():
    points = training_points("grid", 1000)
    mixed = AeotSettings(codes=50, count=300, singular="reject")  # lone points return themselves
    result = AeotModel.fit(points, mixed, 2, 0, CPU)
    copied = [np.isin(drawn[:, 0], points[:, 0]).mean() for drawn in result.points[-1]]
    assert max(copied) < 0.1
    assert result.rows.shape == (2, 50) and set(result.arrays()) == {"points", "rows"}
    plain = AeotSettings(codes=50, count=300, singular="plain", threshold=1e-6)
    result = AeotModel.fit(points, plain, 2, 0, CPU)  # next to nothing is mixed: codes come back
    for drawn, rows in zip(result.points[-1], result.rows, strict=True):
        own = set(points[rows, 0])
        assert len(own & set(drawn[:, 0])) > 40
        assert np.mean([x in own for x in drawn[:, 0]]) > 0.99


@pytest.mark.parametrize("singular", ["redraw", "reject", "plain"])
def test_a_mode_of_one_point_keeps_its_share_unless_it_is_rejected(singular):
    rng = np.random.default_rng(0)
    lone = np.float32([[4, 4]])
    points = np.concatenate([0.05 * rng.normal(size=(60, 2)).astype(np.float32), lone])
    result = AeotModel.fit(points, AeotSettings(codes=61, singular=singular, count=4000), 1, 0, CPU)
    near = np.linalg.norm(result.points[-1][0] - lone, axis=1) < 1
    expected = 0 if singular == "reject" else 1 / 61
    assert near.mean() == pytest.approx(expected, abs=5 * np.sqrt(expected / 4000))
    assert (result.points[-1][0][near] == lone).all()  # nothing between
    assert result.last.report["trials"][0]["singular"] > 0


def test_points_drawn_again_are_training_points():
    points = training_points("grid", 100)
    result = DataModel.fit(points, DataSettings(count=1000), 2, 0, CPU)
    assert set(result.arrays()) == {"points"}  # fitted to all of them
    drawn = result.points[-1]
    assert set(map(tuple, drawn[0])) <= set(map(tuple, points))
    assert len(np.unique(drawn[0], axis=0)) > 95
