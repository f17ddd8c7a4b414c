"""CLIP's image encoder, with weights that the tests draw."""

import pytest
import torch

from aeot.errors import InputError
from aeot.features import clip
from aeot.features.clip import Clip
from aeot.files import file_digest

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit")  # the form of the published file
CPU = torch.device("cpu")
IMAGES = torch.randint(0, 256, (2, 3, 40, 40), generator=torch.Generator().manual_seed(0)).byte()


def test_features_are_the_embedding_of_the_normalised_picture(clip_weights):
    """Against the encoder called by hand on pictures that have its size already."""
    from torch_fidelity.feature_extractor_clip import FeatureExtractorCLIP

    network = Clip(weights=clip_weights).network(CPU)
    assert network(IMAGES).shape == (2, 16) and network(IMAGES).dtype == torch.float32
    large = IMAGES.repeat(1, 1, 2, 2)[..., :64, :64]
    net = FeatureExtractorCLIP(clip.NAME, ["clip"], feature_extractor_weights_path=clip_weights)
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
    by_hand = net.model.visual((large.float() / 255 - mean) / deviation)
    torch.testing.assert_close(network(large), by_hand.float(), rtol=1e-4, atol=1e-4)


def test_weights_of_another_checksum_are_refused(clip_file):
    with pytest.raises(InputError, match="is not the weight file of CLIP.*not 40d36571"):
        Clip(weights=str(clip_file)).network(CPU)


@pytest.mark.parametrize("content", ["plain", "archive"])
def test_weights_of_another_network_are_refused(content, tmp_path, monkeypatch):
    path = tmp_path / "other.pt"
    if content == "plain":
        torch.save({"visual.proj": torch.zeros(3, 3)}, path)
    else:
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(path))
    monkeypatch.setattr(clip, "SHA256", file_digest(path))
    with pytest.raises(InputError, match="does not contain the weights of CLIP"):
        Clip(weights=str(path)).network(CPU)
