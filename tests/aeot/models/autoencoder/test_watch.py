import numpy as np
import pytest
import torch
from PIL import Image

from aeot.checkpoint import Checkpoint
from aeot.models.autoencoder.model import Model
from aeot.models.autoencoder.training import AutoencoderTraining
from aeot.models.autoencoder.watch import Watch
from aeot.seeding import torch_generator
from aeot.training import Training


class Every(Watch):
    """A picture after every epoch, which stays."""

    def __init__(self, *args):
        super().__init__(*args, every=0)

    def remove(self):
        """Keep it."""


def train(images, test_images, settings, path=None):
    model = Model(settings, tuple(images.shape[1:]))
    model.initialise(torch_generator(0, "weights"))
    trained = AutoencoderTraining(model.place("cpu"), images, test_images, 0)
    trained.run(Checkpoint(path, {}) if path else None)
    return trained


@pytest.fixture(autouse=True)
def every_epoch(monkeypatch):
    monkeypatch.setattr("aeot.models.autoencoder.training.Watch", Every)


def test_it_shows_images_and_what_the_model_makes_of_them(images, test_images, small, tmp_path):
    trained = train(images, test_images, small(), tmp_path / "a.pt")
    sheet = np.asarray(Image.open(tmp_path / "a.pt.checkpoint.png"))
    assert sheet.shape == (4 * 8, 8 * 8)
    rows = sheet.reshape(4, 8, 8, 8).swapaxes(1, 2)  # row, place, h, w
    # The last picture is that of the finished model.
    for given, first in ((images, 0), (test_images, 2)):
        np.testing.assert_array_equal(rows[first], given[:8, 0])
        decoded = trained.model.decode(trained.model.encode(given[:8]))
        difference = rows[first + 1].astype(int) - decoded[:, 0].numpy()
        assert abs(difference).max() <= 1  # batches of another size round differently


def test_it_goes_with_the_training(images, test_images, small, tmp_path, monkeypatch):
    monkeypatch.setattr(Every, "remove", Watch.remove)
    train(images, test_images, small(), tmp_path / "a.pt")
    assert not list(tmp_path.glob("*.png"))


def test_it_changes_nothing(images, test_images, small, tmp_path):
    plain, watched = (
        train(images, test_images, small(), path) for path in (None, tmp_path / "a.pt")
    )
    assert plain.watch is None and watched.watch.path.exists()
    assert plain.history == watched.history and plain.losses == watched.losses
    states = plain.model.state_dict(), watched.model.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_it_is_replaced_no_more_often_than_asked(images, test_images, small, tmp_path, monkeypatch):
    shown, now = [], [0.0]
    monkeypatch.setattr("aeot.models.autoencoder.watch.time.monotonic", lambda: now[0])
    monkeypatch.setattr("aeot.models.autoencoder.watch.save_png", lambda *_: shown.append(now[0]))
    watch = Watch(tmp_path / "seen.png", images, test_images, every=30)
    model = Model(small(), (1, 8, 8))
    for now[0] in (5.0, 20.0, 34.0, 36.0, 65.0, 66.5):
        watch.show(model)
    assert shown == [5.0, 36.0, 66.5]


@pytest.mark.parametrize("rank", [0, 1])
def test_only_one_of_several_processes_shows_it(
    rank, images, test_images, small, tmp_path, monkeypatch
):
    monkeypatch.setattr(Training, "run", lambda *_: None)
    training = AutoencoderTraining(Model(small(), (1, 8, 8)), images, test_images, 0)
    training.ranks.rank = rank
    training.run(Checkpoint(tmp_path / "a.pt", {}))
    assert (training.watch is None) == (rank > 0)


@pytest.mark.parametrize("count", [1, 3])
def test_fewer_images_than_places_are_all_shown(count, images, test_images, small, tmp_path):
    watch = Watch(tmp_path / "seen.png", images, test_images[:count], every=0)
    watch.show(Model(small(), (1, 8, 8)))
    assert np.asarray(Image.open(tmp_path / "seen.png")).shape == (4 * 8, count * 8)
