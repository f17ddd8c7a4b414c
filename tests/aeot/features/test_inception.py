import pickle
from functools import partial
from pathlib import Path

import pytest
import torch

from aeot.download import download
from aeot.errors import InputError
from aeot.features import inception, weights
from aeot.features.inception import Inception
from aeot.files import file_digest

CPU = torch.device("cpu")


class Bomb:
    """An object whose unpickling leaves a trace."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def trusted(monkeypatch, path):
    """Let the file pass for the published one."""
    monkeypatch.setattr(inception, "SHA256_HEAD", file_digest(path)[:8])
    return str(path)


@pytest.mark.long
def test_gives_the_last_pooling_layer_and_resizes_as_tensorflow_did(inception_weights):
    from torch_fidelity.interpolate_compat_tensorflow import (
        interpolate_bilinear_2d_like_tensorflow1x as resize,
    )

    images = torch.randint(0, 256, (2, 3, 32, 32), generator=torch.Generator().manual_seed(0))
    images = images.to(torch.uint8)
    network = Inception(weights=inception_weights).network(CPU)
    features = network(images)
    assert features.shape == (2, 2048)
    assert features.dtype == torch.float32
    # What has the net's own 299 x 299 stays as it is; half-pixel centres would differ by 0.02.
    large = resize(images.float(), (299, 299), align_corners=False).round().to(torch.uint8)
    assert (network(large) - features).norm() < 0.005 * features.norm()


def test_weights_of_another_checksum_are_refused(inception_file):
    with pytest.raises(InputError, match="is not the weight file of Inception.*not 6726825d"):
        Inception(weights=str(inception_file)).network(CPU)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.pth .* cannot be read: No such file"):
        Inception(weights=str(tmp_path / "nowhere.pth")).network(CPU)


def test_weights_of_another_network_are_refused(tmp_path, monkeypatch):
    torch.save({"fc.weight": torch.zeros(3, 3)}, tmp_path / "other.pth")
    with pytest.raises(InputError, match="does not contain the weights of this Inception"):
        Inception(weights=trusted(monkeypatch, tmp_path / "other.pth")).network(CPU)


def test_code_in_a_weight_file_is_not_executed(tmp_path, monkeypatch):
    trace, path = tmp_path / "trace", tmp_path / "bomb.pth"
    torch.save({"fc.weight": Bomb(trace)}, path)
    with pytest.raises(InputError, match="is not a plain file of weights"):
        Inception(weights=trusted(monkeypatch, path)).network(CPU)
    path.write_bytes(pickle.dumps(Bomb(trace), protocol=2))
    with pytest.raises(InputError, match="is not a plain file of weights"):
        Inception(weights=trusted(monkeypatch, path)).network(CPU)
    assert not trace.exists()


@pytest.mark.long
def test_without_a_file_the_hub_folder_is_used(inception_weights, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    place = tmp_path / "checkpoints" / "weights-inception-2015-12-05-6726825d.pth"
    place.parent.mkdir()
    place.symlink_to(inception_weights)
    assert Inception().network(CPU)(torch.zeros(1, 3, 8, 8, dtype=torch.uint8)).shape == (1, 2048)


def test_without_network_the_sentence_says_where_the_file_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(weights, "download", partial(download, attempts=0))
    with pytest.raises(InputError) as caught:
        Inception().network(CPU)
    name = "weights-inception-2015-12-05-6726825d.pth"
    for words in (f"/{name}: not tried", str(tmp_path / "checkpoints" / name), "'weights'"):
        assert words in str(caught.value)
    assert not (tmp_path / "checkpoints").exists()


def test_the_classifier_of_inception_has_no_bias(inception_weights):
    layer = Inception(weights=inception_weights).classifier()
    assert layer.weight.shape == (1008, 2048) and not layer.bias.any()
