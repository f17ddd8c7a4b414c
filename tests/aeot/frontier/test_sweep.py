import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.frontier.sweep import sweep_fitted, sweep_points, sweep_transport
from aeot.models.aeot.centres import mass_centres
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.flowmatching.model import Model as FlowModel
from aeot.pointmodels.flowmatching.settings import Settings as FlowSettings
from aeot.pointmodels.kde.settings import Settings as KdeSettings
from aeot.seeding import numpy_generator, stream_seed
from aeot.transport.map import TransportMap

CODES = numpy_generator(0, "codes").normal(size=(60, 3)).astype(np.float32)
MAP = TransportMap(CODES, -(CODES.astype(float) ** 2).sum(1) / 2, np.full(60, 1 / 60), "uniform")
CPU = torch.device("cpu")


def test_every_place_sees_the_same_source_samples():
    wanted = {"variant": "chart", "balance": 0, "count": 40}
    places = [SamplingSettings(spread=s, **wanted) for s in (1e-6, 0.5, 1)]
    small, half, whole = sweep_transport(MAP, places, 2, 3, CPU)
    assert small.shape == (2, 40, 3)
    assert not np.allclose(small[0], small[1])  # draws are independent
    np.testing.assert_allclose(half, (small + whole) / 2, atol=1e-5)  # affine in the spread
    assert not np.allclose(small, whole)


def test_mass_centres_are_found_once_and_change_no_draw(monkeypatch):
    mixed = {"weights": "inverse_distance", "threshold": 3.0, "count": 40}
    places = [
        SamplingSettings(variant="chart", count=40),
        *(SamplingSettings(neighbours=n, **mixed) for n in (2, 3)),
        SamplingSettings(neighbours=3, centre_samples=8, **mixed),
        SamplingSettings(threshold_quantile=1, count=40),  # needs none
    ]
    alone = [draw_codes(MAP, place, stream_seed(3, "frontier"), CPU).codes for place in places]
    asked = []

    def found(transport, samples, *more):
        asked.append(samples)
        return mass_centres(transport, samples, *more)

    monkeypatch.setattr("aeot.frontier.sweep.mass_centres", found)
    monkeypatch.setattr("aeot.models.aeot.extension.mass_centres", None)  # a call would fail
    assert sweep_transport(MAP, places, 1, 3, CPU).tobytes() == np.stack(alone).tobytes()
    assert asked == [32, 8]


def test_a_single_code_is_all_that_every_place_draws():
    one = TransportMap(CODES[:1], np.zeros(1), np.ones(1), "uniform")
    places = [SamplingSettings(variant="chart", spread=s, count=5) for s in (0.5, 1)]
    assert (sweep_transport(one, places, 2, 3, CPU) == CODES[0]).all()


def test_a_model_of_points_is_fitted_at_every_place():
    places = [KdeSettings(bandwidth=h, count=500) for h in (1e-6, 0.3)]
    drawn, seconds = sweep_points(CODES, "kde", places, 5, 0, CPU, [None] * len(places))
    assert drawn.shape == (2, 5, 100, 3)
    assert len(seconds) == 2 and min(seconds) >= 0
    far = [np.linalg.norm(d.reshape(-1, 1, 3) - CODES, axis=2).min(1).mean() for d in drawn]
    assert far[0] < 1e-4 < 0.1 < far[1]


@pytest.mark.long
def test_a_killed_sweep_ends_in_the_same_codes(tmp_path):
    places = [FlowSettings(width=8, steps=30, noise=s, count=20) for s in (0.5, 1)]
    whole, _ = sweep_points(CODES, "flowmatching", places, 1, 0, CPU, [None] * len(places))

    paths = [tmp_path / f"codes.npz.place{number}" for number in range(2)]
    for _ in range(2):  # the second finds the first one's checkpoints
        kept = [Checkpoint(path, {}, every=0) for path in paths]
        again, _ = sweep_points(CODES, "flowmatching", places, 1, 0, CPU, kept)
        assert again.tobytes() == whole.tobytes()
    assert len(list(tmp_path.glob("*.checkpoint"))) == 2


def test_less_noise_starts_a_flow_nearer_to_the_mean():
    places = [FlowSettings(width=8, steps=30, noise=s, count=300) for s in (0.3, 1)]
    drawn, _ = sweep_points(CODES, "flowmatching", places, 1, 0, CPU, [None] * len(places))
    assert drawn[0].std() < 0.6 * drawn[1].std()


def test_one_fit_serves_every_place_of_a_drawing_setting():
    places = [FlowSettings(width=8, steps=30, noise=s, count=20) for s in (0.5, 1)]
    again, _ = sweep_points(CODES, "flowmatching", places, 2, 0, CPU, [None] * 2)
    own = FlowSettings(width=8, steps=30, count=7, moments=3)
    once = FlowModel.fit(CODES, own, 1, 0, CPU).model
    assert sweep_fitted(once, places, 2, 0).tobytes() == again.tobytes()
    by_hand = np.stack([once.sample(place, 0).reshape(2, 10, 3) for place in places])
    assert by_hand.tobytes() == again.tobytes()
