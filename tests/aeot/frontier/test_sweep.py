import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.frontier.sweep import sweep_points, sweep_transport
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.flowmatching.settings import Settings as FlowSettings
from aeot.pointmodels.kde.settings import Settings as KdeSettings
from aeot.seeding import numpy_generator
from aeot.transport.map import TransportMap

CODES = numpy_generator(0, "codes").normal(size=(60, 3)).astype(np.float32)
MAP = TransportMap(CODES, -(CODES.astype(float) ** 2).sum(1) / 2, np.full(60, 1 / 60), "uniform")
CPU = torch.device("cpu")


def nothing(_):
    return None


def test_every_place_sees_the_same_source_samples():
    wanted = {"variant": "chart", "balance": 0, "count": 40}
    places = [SamplingSettings(spread=s, **wanted) for s in (1e-6, 0.5, 1)]
    small, half, whole = sweep_transport(MAP, places, 3, CPU)
    np.testing.assert_allclose(half, (small + whole) / 2, atol=1e-5)  # affine in the spread
    assert not np.allclose(small, whole)


def test_a_model_of_points_is_fitted_at_every_place():
    places = [KdeSettings(bandwidth=h, count=500) for h in (1e-6, 0.3)]
    drawn = sweep_points(CODES, "kde", places, 0, CPU, nothing)
    assert drawn.shape == (2, 500, 3)
    far = [np.linalg.norm(d[:, None] - CODES, axis=2).min(1).mean() for d in drawn]
    assert far[0] < 1e-4 < 0.1 < far[1]


def test_a_killed_sweep_ends_in_the_same_codes(tmp_path):
    places = [FlowSettings(width=8, steps=30, noise=s, count=20) for s in (0.5, 1)]
    whole = sweep_points(CODES, "flowmatching", places, 0, CPU, nothing)

    def kept(number):
        return Checkpoint(tmp_path / f"codes.npz.place{number}", {}, every=0)

    for _ in range(2):  # the second finds the first one's checkpoints
        again = sweep_points(CODES, "flowmatching", places, 0, CPU, kept)
        assert again.tobytes() == whole.tobytes()
    assert len(list(tmp_path.glob("*.checkpoint"))) == 2


def test_less_noise_starts_a_flow_nearer_to_the_mean():
    places = [FlowSettings(width=8, steps=30, noise=s, count=300) for s in (0.3, 1)]
    drawn = sweep_points(CODES, "flowmatching", places, 0, CPU, nothing)
    assert drawn[0].std() < 0.6 * drawn[1].std()
