"""DINOv2's transformers, with weights that the tests draw, against the layers written out."""

import pytest
import torch
from torch.nn.functional import conv2d, gelu, layer_norm, softmax

from aeot.errors import InputError
from aeot.features import dinov2
from aeot.features.dinov2 import DinoV2
from aeot.files import file_digest

CPU = torch.device("cpu")
IMAGES = torch.randint(0, 256, (2, 3, 40, 40), generator=torch.Generator().manual_seed(0)).byte()


def by_hand(state, size, pictures):
    """The class token (b, k) of normalised pictures (b, 3, 224, 224), from the weights as named."""

    def part(name, value):
        return value @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name, value):
        return layer_norm(
            value, (size.width,), state[f"{name}.weight"], state[f"{name}.bias"], 1e-6
        )

    patches = conv2d(pictures, state["patch_embed.proj.weight"], state["patch_embed.proj.bias"], 14)
    tokens = patches.flatten(2).transpose(1, 2)
    x = torch.cat([state["cls_token"].expand(len(tokens), 1, -1), tokens], dim=1)
    x = x + dinov2._positions(state["pos_embed"])
    for layer in range(size.layers):
        block = f"blocks.{layer}."
        q, k, v = (
            value.unflatten(2, (size.heads, -1)).transpose(1, 2)
            for value in part(f"{block}attn.qkv", norm(f"{block}norm1", x)).chunk(3, dim=2)
        )
        weight = softmax(q @ k.transpose(2, 3) / q.shape[3] ** 0.5, dim=3)
        mixed = (weight @ v).transpose(1, 2).flatten(2)
        x = x + state[f"{block}ls1.gamma"] * part(f"{block}attn.proj", mixed)
        hidden = gelu(part(f"{block}mlp.fc1", norm(f"{block}norm2", x)))
        x = x + state[f"{block}ls2.gamma"] * part(f"{block}mlp.fc2", hidden)
    return norm("norm", x)[:, 0]


def test_features_are_the_class_token_of_the_normalised_picture(dinov2_weights):
    network = DinoV2(weights=dinov2_weights).network(CPU)
    size, state = dinov2.SIZES["large"], torch.load(dinov2_weights, weights_only=True)
    large = IMAGES.repeat(1, 1, 6, 6)[..., :224, :224]
    mean = torch.tensor(dinov2.MEAN).view(3, 1, 1)
    deviation = torch.tensor(dinov2.DEVIATION).view(3, 1, 1)
    wanted = by_hand(state, size, (large.float() / 255 - mean) / deviation)
    assert wanted.std(dim=0).mean() > 0.02  # the two pictures differ
    torch.testing.assert_close(network(large), wanted, rtol=1e-4, atol=1e-5)
    assert network(IMAGES).shape == (2, size.width)


def test_positions_are_interpolated_at_the_centres_of_a_grid_that_is_a_little_too_wide():
    """A function that is linear across the image nearly stays so: at (i + 1/2) * 37 / 16.1 - 1/2.

    Without the offset the last places would be 0.2 further; this cubic filter is off by 0.05.
    """
    rows, columns = torch.meshgrid(torch.arange(37.0), torch.arange(37.0), indexing="ij")
    table = torch.stack([rows, columns], dim=-1).reshape(1, -1, 2)
    made = dinov2._positions(torch.cat([torch.full((1, 1, 2), -7.0), table], dim=1))
    assert made.shape == (1, 257, 2) and (made[:, 0] == -7).all()
    place = (torch.arange(16) + 0.5) * 37 / 16.1 - 0.5
    grid = made[0, 1:].reshape(16, 16, 2)
    inner = slice(1, 15)  # the others see the edge
    torch.testing.assert_close(grid[inner, 3, 0], place[inner], rtol=0, atol=0.06)
    torch.testing.assert_close(grid[3, inner, 1], place[inner], rtol=0, atol=0.06)


def test_weights_of_another_checksum_or_architecture_are_refused(dinov2_file, dinov2_weights):
    with pytest.raises(
        InputError, match="is not the weight file of DINOv2's ViT-B/14.*not 0b8b82f8"
    ):
        DinoV2(weights=str(dinov2_file), architecture="base").network(CPU)
    with pytest.raises(
        InputError, match="architecture: input should be 'small', 'base' or 'large'"
    ):
        DinoV2.from_items(["architecture=giant"])


@pytest.mark.parametrize("content", [{"cls_token": torch.zeros(1, 1, 8)}, [1, 2], None])
def test_weights_of_another_network_are_refused(content, tmp_path, monkeypatch):
    path = tmp_path / "other.pt"
    path.write_bytes(b"no archive") if content is None else torch.save(content, path)
    monkeypatch.setitem(dinov2.SHA256, "large", file_digest(path))
    with pytest.raises(InputError, match="does not contain the weights of DINOv2's ViT-L/14"):
        DinoV2(weights=str(path)).network(CPU)
