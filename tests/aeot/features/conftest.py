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


@pytest.fixture(scope="session")
def dinov2_file(tmp_path_factory):
    """A weight file with DINOv2's names: a narrow transformer of two layers."""
    from aeot.features.dinov2 import Size

    generator = torch.Generator().manual_seed(0)
    size = Size("l", 16, 2, 4)

    def drawn(*shape):
        return torch.randn(shape, generator=generator) / shape[-1] ** 0.5

    shapes = {"norm": (size.width,)}
    for layer in range(size.layers):
        block = f"blocks.{layer}."
        shapes |= {
            f"{block}norm1": (size.width,), f"{block}norm2": (size.width,),
            f"{block}attn.qkv": (3 * size.width, size.width),
            f"{block}attn.proj": (size.width, size.width),
            f"{block}mlp.fc1": (4 * size.width, size.width),
            f"{block}mlp.fc2": (size.width, 4 * size.width),
        }  # fmt: skip
    state = {f"{name}.weight": drawn(*shape) + (len(shape) == 1) for name, shape in shapes.items()}
    state |= {f"{name}.bias": drawn(shape[0]) for name, shape in shapes.items()}
    state |= {f"blocks.{i}.ls{j}.gamma": drawn(size.width) + 1
              for i in range(size.layers) for j in (1, 2)}  # fmt: skip
    state["cls_token"], state["mask_token"] = drawn(1, 1, size.width), drawn(1, size.width)
    state["pos_embed"] = drawn(1, 1 + 37 * 37, size.width)
    state["patch_embed.proj.weight"] = drawn(size.width, 3, 14, 14) / 14
    state["patch_embed.proj.bias"] = drawn(size.width)
    path = tmp_path_factory.mktemp("dinov2") / "weights.pth"
    torch.save(state, path)
    return path


@pytest.fixture
def dinov2_weights(dinov2_file, monkeypatch):
    """The same file, taken for that of the published ViT-L/14."""
    from aeot.features import dinov2
    from aeot.files import file_digest

    monkeypatch.setitem(dinov2.SIZES, "large", dinov2.Size("l", 16, 2, 4))
    monkeypatch.setitem(dinov2.SHA256, "large", file_digest(dinov2_file))
    return str(dinov2_file)
