"""The networks of GAIA's authors."""

import pytest
import torch

from aeot.errors import InputError
from aeot.models.gaia import nets
from aeot.models.gaia.model import Model, distance_loss
from aeot.models.gaia.settings import Settings
from aeot.models.training import ImageTraining
from aeot.seeding import torch_generator

SHAPE = (1, 16, 16)


def parameters(net):
    return sum(p.numel() for p in net.parameters())


def conv(inputs, outputs, kernel):
    return outputs * (inputs * kernel**2 + 1)


def linear(inputs, outputs):
    return outputs * (inputs + 1)


def content(w, colours):
    """Parameters of the content's convolutions and of its four blocks with affine norms."""
    down = conv(colours, w, 7) + conv(w, 2 * w, 4) + conv(2 * w, 4 * w, 4)
    return down + 4 * 2 * (conv(4 * w, 4 * w, 3) + 2 * 4 * w)


def style(w, colours, outputs):
    down = conv(colours, w, 7) + conv(w, 2 * w, 4) + conv(2 * w, 4 * w, 4)
    return down + 2 * conv(4 * w, 4 * w, 4) + conv(4 * w, outputs, 1)


def drawer(w, colours, inputs):
    inner = 4 * w
    moments = linear(inputs, inner) + linear(inner, inner) + 2 * linear(inner, inner)
    up = conv(inner, inner // 2, 5) + inner + conv(inner // 2, w, 5) + 2 * w
    return moments + 8 * conv(inner, inner, 3) + up + conv(w, colours, 7)


def test_sizes_are_the_authors_for_their_images():
    with torch.device("meta"):
        code, image = nets.Encoder(1024, (3, 128, 128)), nets.Decoder(1024, (3, 128, 128))
        critic = nets.Critic((3, 128, 128))
    flat = 32 * 32 * 256
    assert parameters(code) == content(64, 3) + linear(flat, 512) + style(64, 3, 512)
    assert parameters(image) == linear(512, flat) + drawer(64, 3, 512)
    assert parameters(critic) == content(32, 3) + style(32, 3, 512) + drawer(32, 3, 512)


@pytest.mark.parametrize("shape", [(1, 16, 16), (1, 28, 28), (3, 32, 32), (3, 64, 64)])
def test_images_of_every_data_set_pass(shape):
    code, image, critic = (
        nets.Encoder(7, shape, 2),
        nets.Decoder(7, shape, 2),
        nets.Critic(shape, 2),
    )
    codes = code(torch.rand(3, *shape))
    assert codes.shape == (3, 7)
    for made in (image(codes), critic(torch.rand(3, *shape))):
        assert made.shape == (3, *shape) and made.min() >= 0 and made.max() <= 1


@pytest.mark.parametrize("shape", [(1, 12, 16), (1, 18, 18)])
def test_sides_that_do_not_suit_are_one_sentence(shape):
    for net in (lambda: nets.Encoder(4, shape, 2), lambda: nets.Critic(shape, 2)):
        with pytest.raises(InputError, match="pixels do not suit net=gaia; use sides"):
            net()


def test_a_single_code_is_one_sentence():
    with pytest.raises(InputError, match="set codes=2 or more"):
        nets.Encoder(1, SHAPE, 2)


def test_a_style_sets_the_mean_and_the_deviation_of_every_channel():
    block = nets._Styled(3)
    scale, shift = 2 + torch.rand(2, 3, 1, 1), torch.rand(2, 3, 1, 1)
    x = torch.randn(2, 3, 9, 9)
    added = block(x, scale, shift) - x
    assert torch.allclose(added.mean(dim=(2, 3)), shift[..., 0, 0], atol=1e-5)
    deviation = added.std(dim=(2, 3), unbiased=False)
    assert torch.allclose(deviation, scale[..., 0, 0], rtol=1e-3)


def test_content_and_style_are_the_two_halves_of_a_code():
    code, image = nets.Encoder(5, SHAPE, 2), nets.Decoder(5, SHAPE, 2)
    assert nets.content_size(5) == image.content_size == 3
    x = torch.rand(2, *SHAPE)
    assert torch.equal(code(x)[:, :3], code.content(x))
    assert torch.equal(code(x)[:, 3:], code.style(x))
    codes = code(x)
    swapped = torch.cat([codes[:, :3], codes[:, 3:].flip(0)], dim=1)
    assert torch.allclose(
        image(swapped)[0], image.draw(image.content(codes[:1, :3]), codes[1:, 3:])
    )


def test_weights_are_drawn_by_their_fan_in():
    net = nets.Critic(SHAPE, 16)
    nets.initialise(net, torch_generator(0))
    fan = net.style[4].weight[0].numel()
    assert float(net.style[4].weight.detach().std()) == pytest.approx((2 / fan) ** 0.5, rel=0.05)
    assert float(net.style[4].bias.detach().abs().max()) == 0
    again = nets.Critic(SHAPE, 16)
    nets.initialise(again, torch_generator(0))
    assert all(map(torch.equal, net.parameters(), again.parameters()))


@pytest.fixture
def images():
    return torch.randint(0, 256, (40, *SHAPE), dtype=torch.uint8, generator=torch_generator(0))


def build(**changes):
    settings = Settings(width=2, codes=6, batch_size=8, net="gaia", **changes)
    model = Model(settings, SHAPE)
    model.initialise(torch_generator(1, "weights"))
    return model.place("cpu")


def test_distances_are_those_of_the_content_alone(images):
    real, losses = images[:8].float() / 255, []
    for weight in (0.0, 0.1):
        model = build(distances=weight, learning_rate=1e-9)
        with torch.no_grad():
            model.encoder.style[-2].weight.mul_(100)  # distances of the style would show
        noise = model.noise(8, torch_generator(2))
        losses.append(float(model.take(0, model.optimisers(), real, *noise)[1]))
    with torch.no_grad():
        kept = 0.1 * distance_loss(real, model.encoder.content(real))
        whole = 0.1 * distance_loss(real, model.encoder(real))
    assert losses[1] - losses[0] == pytest.approx(float(kept), rel=1e-3)
    assert float(whole) != pytest.approx(float(kept), rel=0.1)  # with the style it is another


@pytest.mark.long
def test_they_train_and_draw_what_a_file_brings_back(images, tmp_path):
    model = build(steps=30, learning_rate=3e-3)
    training = ImageTraining(model, images, 0, snapshot_images=2)
    training.run(None)
    first, last = training.history[0], training.history[-1]
    assert last["loss_2"] < first["loss_2"]  # the generator's
    model.eval()
    model.save(tmp_path / "model.pt")
    again = Model.load(tmp_path / "model.pt")
    z = model.prior(4, torch_generator(3))
    assert torch.equal(model.generator(z), again.generator(z))
    assert torch.equal(model.encode(images), again.encode(images))
