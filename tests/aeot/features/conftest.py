"""Weights of the shape of published networks: drawn by the test, not trained."""

import importlib

import pytest
import torch


@pytest.fixture(scope="session")
def inception_file(tmp_path_factory):
    """A weight file in torch-fidelity's format, scaled so that the signal reaches the end."""
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    from torch_fidelity import feature_extractor_inceptionv3 as theirs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theirs, "load_state_dict_from_url", lambda *_, **__: {})
        patch.setattr(theirs.FeatureExtractorInceptionV3, "load_state_dict", lambda *_: None)
        net = theirs.FeatureExtractorInceptionV3("drawn", ["2048"], verbose=False)
    generator = torch.Generator().manual_seed(0)
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
    path = tmp_path_factory.mktemp("inception") / "weights.pth"
    torch.save(net.state_dict(), path)
    return path


@pytest.fixture
def inception_weights(inception_file, monkeypatch):
    """The same file, taken for the published one."""
    from aeot.features import inception
    from aeot.files import file_digest

    monkeypatch.setattr(inception, "SHA256_HEAD", file_digest(inception_file)[:8])
    return str(inception_file)


class _Archive(torch.nn.Module):
    """Parameters under given names, as a TorchScript archive holds them."""

    def __init__(self, state):
        super().__init__()
        for name, value in state.items():
            place, *inner = name.split(".", 1)
            if not inner:
                self.register_parameter(place, torch.nn.Parameter(value))
        for place in {name.split(".", 1)[0] for name in state if "." in name}:
            own = {n.split(".", 1)[1]: v for n, v in state.items() if n.startswith(f"{place}.")}
            self.add_module(place, _Archive(own))

    def forward(self):
        return 0


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory):
    """A TorchScript archive in CLIP's format: a narrow transformer of two layers."""
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    from torch_fidelity.feature_extractor_clip import CLIPVisual

    net = CLIPVisual(16, 64, 2, 64, 32)  # features, pixels, layers, width, pixels of a patch
    generator = torch.Generator().manual_seed(0)
    state = {name: torch.randn(value.shape, generator=generator) / value[0].numel() ** 0.5
             if value.ndim > 1 else value for name, value in net.state_dict().items()}  # fmt: skip
    state["text_projection"] = torch.zeros(4, 16)
    path = tmp_path_factory.mktemp("clip") / "weights.pt"
    torch.jit.script(_Archive(state)).save(str(path))
    return path


@pytest.fixture
def clip_weights(clip_file, monkeypatch):
    """The same file, taken for the published one."""
    from aeot.features import clip
    from aeot.files import file_digest

    monkeypatch.setattr(clip, "SHA256", file_digest(clip_file))
    return str(clip_file)
