import pytest
import torch
from torch import nn

from aeot.errors import InputError
from aeot.nets import (
    Norm,
    autoencoding_critic,
    critic,
    generator,
    initialise,
    mirrored_encoder,
)
from aeot.seeding import torch_generator

MNIST, CIFAR, CELEBA = (1, 28, 28), (3, 32, 32), (3, 64, 64)


def parameters(net):
    return sum(p.numel() for p in net.parameters())


def kinds(net):
    return [type(layer).__name__ for layer in net]


def draw(net, seed=0):
    initialise(net, torch_generator(seed, "weights"))
    return net


@pytest.mark.parametrize(
    ("shape", "millions"), [(MNIST, 6.64), (CIFAR, 8.62), (CELEBA, 33.9)], ids=str
)
def test_the_generator_has_the_published_number_of_parameters(shape, millions):
    digits = 1 if millions > 10 else 2
    assert round(parameters(generator(64, shape)) / 1e6, digits) == millions


def test_the_generator_of_mnist_has_the_parameters_counted_by_hand():
    dense = (64 * 1024 + 1024) + (1024 * 6272 + 6272)
    convolutions = (128 * 64 * 16 + 64) + (64 * 1 * 16 + 1)
    norms = 2 * (1024 + 6272 + 64)
    assert parameters(generator(64, MNIST)) == dense + convolutions + norms == 6_642_241


def test_the_layers_are_those_of_the_study_and_mirrored():
    dense, down, up = (
        [kind, norm, "LeakyReLU"]
        for kind, norm in (
            ("Linear", "BatchNorm1d"),
            ("Conv2d", "BatchNorm2d"),
            ("ConvTranspose2d", "BatchNorm2d"),
        )
    )
    decoder = [*dense, *dense, "Unflatten", *up, "ConvTranspose2d", "Sigmoid"]
    assert kinds(generator(64, MNIST)) == decoder
    assert kinds(mirrored_encoder(64, MNIST)) == [*down, *down, "Flatten", *dense, "Linear"]
    slopes = {layer.negative_slope for layer in generator(8, MNIST) if hasattr(layer, "inplace")}
    assert slopes == {0.2}


@pytest.mark.parametrize("extra_convs", [0, 1, 2])
@pytest.mark.parametrize("shape", [(1, 32, 16), (3, 48, 64)], ids=str)
def test_the_encoder_mirrors_the_decoder_layer_by_layer(shape, extra_convs):
    linear = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    nets = [make(5, shape, 6, extra_convs) for make in (generator, mirrored_encoder)]
    decoder, encoder = ([layer for layer in net if isinstance(layer, linear)] for net in nets)
    assert len(decoder) == len(encoder) == 4 + extra_convs
    for up, down in zip(reversed(decoder), encoder, strict=True):
        if isinstance(down, nn.Linear):
            assert (up.in_features, up.out_features) == (down.out_features, down.in_features)
        else:
            assert (up.in_channels, up.out_channels) == (down.out_channels, down.in_channels)
            for name in ("kernel_size", "stride", "padding"):
                assert getattr(up, name) == getattr(down, name)
    norms = [sum(isinstance(x, nn.BatchNorm1d | nn.BatchNorm2d) for x in net) for net in nets]
    assert norms[0] == norms[1] == 3 + extra_convs  # all but the last layer


@pytest.mark.parametrize("shape", [MNIST, CIFAR, (2, 8, 20)], ids=str)
def test_images_become_codes_and_codes_become_images_in_the_unit_interval(shape):
    encoder, decoder = draw(mirrored_encoder(7, shape, 4)), draw(generator(7, shape, 4))
    images = torch.rand(5, *shape, generator=torch_generator(0, "images"))
    codes = encoder(images)
    assert codes.shape == (5, 7)
    restored = decoder(1e4 * codes)  # far out, and still a picture
    assert restored.shape == images.shape
    assert restored.min() >= 0 and restored.max() <= 1


def test_every_extra_convolution_doubles_the_channels_and_halves_the_side():
    widths = []
    for extra_convs in range(3):
        net = generator(64, CELEBA, 64, extra_convs)
        inner = net[6].unflattened_size
        widths.append(inner)
        ups = [layer for layer in net if isinstance(layer, nn.ConvTranspose2d)]
        assert [up.in_channels for up in ups] == [64 * 2**i for i in range(1 + extra_convs, -1, -1)]
    assert [tuple(size) for size in widths] == [(128, 16, 16), (256, 8, 8), (512, 4, 4)]


@pytest.mark.parametrize("make", [generator, mirrored_encoder])
@pytest.mark.parametrize(
    ("shape", "extra_convs", "message"),
    [
        ((1, 30, 32), 0, "images of 30 x 32 pixels cannot be halved 2 times; .* divisible by 4"),
        ((1, 28, 28), 1, "images of 28 x 28 pixels cannot be halved 3 times; .* divisible by 8"),
        ((3, 64, 40), 2, "cannot be halved 4 times; .* divisible by 16, or lower extra_convs"),
    ],
)
def test_sides_that_cannot_be_halved_are_refused(make, shape, extra_convs, message):
    with pytest.raises(InputError, match=message):
        make(8, shape, 4, extra_convs)


def test_weights_are_normal_with_deviation_a_fiftieth():
    net = draw(nn.Sequential(generator(64, MNIST, 32), mirrored_encoder(64, MNIST, 32)))
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            weight, count = layer.weight.flatten(), layer.weight.numel()
            assert abs(weight.mean()) < 5 * 0.02 / count**0.5
            assert weight.std().item() == pytest.approx(0.02, rel=5 / (2 * count) ** 0.5)
            assert (layer.bias == 0).all()
            if count > 10_000:  # 4.55 % of a normal are beyond two deviations, none if truncated
                share = (weight.abs() > 0.04).float().mean().item()
                assert share == pytest.approx(0.0455, abs=5 * (0.0455 / count) ** 0.5)
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            assert (layer.weight == 1).all() and (layer.bias == 0).all()
            assert (layer.running_mean == 0).all() and (layer.running_var == 1).all()


def test_initialising_forgets_what_was_learnt():
    net = draw(mirrored_encoder(4, (1, 8, 8), 4))
    fresh = {name: value.clone() for name, value in net.state_dict().items()}
    net(torch.rand(3, 1, 8, 8, generator=torch_generator(0, "images"))).sum().backward()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += 1
    assert all(torch.equal(v, fresh[k]) for k, v in draw(net).state_dict().items())


def test_the_generator_of_random_numbers_makes_the_weights():
    nets = [draw(generator(4, (1, 8, 8), 4), seed) for seed in (1, 1, 2)]
    first, again, other = (torch.cat([p.flatten() for p in net.parameters()]) for net in nets)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("shape", "plain", "autoencoding"),
    [(MNIST, 6.56, 1.09), (CIFAR, 8.53, 1.34), (CELEBA, 33.7, 4.56)],
    ids=str,
)
def test_the_critics_have_the_published_numbers_of_parameters(shape, plain, autoencoding):
    norm = Norm(0.001, 1e-3)
    digits = 1 if plain > 10 else 2
    assert round(parameters(critic(shape, norm=norm)) / 1e6, digits) == plain
    assert round(parameters(autoencoding_critic(shape, norm=norm)) / 1e6, 2) == autoencoding


def test_the_critic_has_no_norm_after_its_first_convolution():
    down = ["Conv2d", "LeakyReLU"]
    plain = [*down, *down, "Flatten", "Linear", "LeakyReLU", "Linear"]
    assert kinds(critic(MNIST)) == plain
    normed = [*down, "Conv2d", "BatchNorm2d", "LeakyReLU", "Flatten"]
    normed += ["Linear", "BatchNorm1d", "LeakyReLU", "Linear"]
    assert kinds(critic(MNIST, norm=Norm())) == normed


def test_the_autoencoding_critic_has_no_activation_before_its_code():
    layers = kinds(autoencoding_critic(MNIST))
    assert layers[:6] == ["Conv2d", "LeakyReLU", "Conv2d", "Flatten", "Linear", "LeakyReLU"]
    assert autoencoding_critic(CIFAR, codes=7)[4].out_features == 7
    x = torch.rand(2, *CIFAR)
    assert autoencoding_critic(CIFAR, width=4)(x).shape == x.shape


def test_a_norm_s_numbers_reach_every_layer():
    for net in (generator(3, MNIST, 4, norm=Norm(0.3, 0.2)), critic(MNIST, 1, 4, Norm(0.3, 0.2))):
        norms = [m for m in net if "BatchNorm" in type(m).__name__]
        assert norms and {(m.momentum, m.eps) for m in norms} == {(0.3, 0.2)}


def test_a_slope_of_zero_makes_relus():
    slopes = {m.negative_slope for m in generator(3, MNIST, 4, slope=0.0) if hasattr(m, "inplace")}
    assert slopes == {0.0}


def test_truncated_convolutions_stay_within_two_deviations_and_the_rest_does_not():
    net = critic(MNIST)
    initialise(net, torch_generator(0, "weights"), truncate=True)
    assert net[2].weight.abs().max() <= 0.04
    assert net[5].weight.abs().max() > 0.04
    # N(0, 1) truncated at two deviations has the deviation 0.8796.
    assert abs(net[2].weight.std() / 0.02 - 0.8796) < 0.01
