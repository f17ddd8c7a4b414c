"""Weights of the Inception network's shape: drawn by the test, not trained."""

import importlib

import pytest


@pytest.fixture(scope="session")
def inception_file(tmp_path_factory):
    """A weight file in torch-fidelity's format, scaled so that the signal reaches the end."""
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    import torch
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
