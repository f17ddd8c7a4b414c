"""Every registered model of images keeps the contract."""

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import DivergedError, InputError
from aeot.models import IMAGE_MODELS
from aeot.models.coder import load_coder
from aeot.models.encoding import EncodingModel
from aeot.models.search import draw_settings
from aeot.models.training import ImageTraining
from aeot.registry import resolve_part
from aeot.seeding import torch_generator
from aeot.training import snapshot_steps

CPU = torch.device("cpu")
SMALL = {"steps": 30, "batch_size": 6, "width": 4, "codes": 5, "adversary_units": 8,
         "pretraining": 2}  # fmt: skip


@pytest.fixture(params=sorted(IMAGE_MODELS))
def name(request):
    return request.param


@pytest.fixture
def settings_class(name):
    return resolve_part(IMAGE_MODELS, name, "settings:Settings", "model")


@pytest.fixture
def make(name, settings_class):
    """A model with its weights drawn."""

    def made(shape=(1, 8, 8), seed=0, **changes):
        kind = resolve_part(IMAGE_MODELS, name, "model:Model", "model")
        small = {key: SMALL[key] for key in SMALL if key in settings_class.model_fields}
        model = kind(settings_class(**(small | changes)), shape)
        model.initialise(torch_generator(seed, "weights"))
        return model.place(CPU)

    return made


@pytest.fixture
def train(make, images):
    def trained(seed=0, checkpoint=None, data=images, **changes):
        model = make(tuple(data.shape[1:]), seed, **changes)
        training = ImageTraining(model, data, seed, snapshot_images=3)
        training.run(checkpoint)
        return training

    return trained


@pytest.fixture
def images():
    """Bright squares on a dark ground, of two kinds."""
    rng = np.random.default_rng(0)
    found = rng.integers(0, 60, (20, 1, 8, 8))
    found[:10, :, :4, :4] += 150
    found[10:, :, 4:, 4:] += 150
    return torch.from_numpy(found.astype(np.uint8))


def weights(training):
    return {name: value.clone() for name, value in training.model.state_dict().items()}


def test_the_generator_is_the_study_s_for_every_model(make):
    kinds = [type(layer).__name__ for layer in make().decoder]
    dense = ["Linear", "BatchNorm1d", "LeakyReLU"]
    up = ["ConvTranspose2d", "BatchNorm2d", "LeakyReLU"]
    assert kinds == [*dense, *dense, "Unflatten", *up, "ConvTranspose2d", "Sigmoid"]


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 8, 12)], ids=str)
def test_every_network_learns_and_the_losses_are_finite(make, shape):
    data = torch.randint(0, 256, (12, *shape), dtype=torch.uint8, generator=torch_generator(0, "x"))
    model = make(shape, steps=12)
    training = ImageTraining(model, data, 0, snapshot_images=2)
    before = {name: value.clone() for name, value in model.named_parameters()}
    training.run(None)
    still = {
        name for name, value in model.named_parameters()
        if torch.equal(value, before[name]) and value.grad is None
    }  # fmt: skip
    assert not still
    for row in training.history:
        assert np.isfinite(row["loss_1"]) and (row["loss_2"] == "" or np.isfinite(row["loss_2"]))
    assert training.drawn().shape == (2 * len(snapshot_steps(12, 5)), *shape)


@pytest.mark.long
def test_every_moment_has_images_and_a_row(train):
    training = train()
    taken = [row["step"] for row in training.snapshots]
    assert taken == snapshot_steps(30, 5) == [1, 3, 7, 15, 30]
    assert training.drawn().dtype == np.uint8
    assert training.drawn().shape == (5 * 3, 1, 8, 8)
    assert all(tuple(row) == training.HISTORY for row in training.history)
    assert training.history[-1]["step"] == 30
    seconds = [row["seconds"] for row in training.history]
    assert seconds == sorted(seconds)


@pytest.mark.long
def test_a_seed_makes_the_run(train):
    first, again, other = (train(seed=seed, steps=20) for seed in (0, 0, 1))
    for name, value in weights(first).items():
        assert torch.equal(value, weights(again)[name])
    assert (first.drawn() == again.drawn()).all()
    assert any(not torch.equal(v, weights(other)[k]) for k, v in weights(first).items())


@pytest.mark.long
def test_a_killed_run_ends_in_the_same_bytes(train, tmp_path, monkeypatch):
    averaging = 0.9  # the average is a part of the run like the others
    for module in ("aeot.training", "aeot.models.training"):
        monkeypatch.setattr(f"{module}.BLOCK", 20)  # the run goes on into a second block
    whole = train(averaging=averaging)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    saves, save = [], Checkpoint.save

    def kill(self, state):
        save(self, state)
        saves.append(state)
        if len(saves) in (2, 4):
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "save", kill)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train(averaging=averaging, checkpoint=Checkpoint(tmp_path / "out", {}))
    resumed = train(averaging=averaging, checkpoint=Checkpoint(tmp_path / "out", {}))
    assert len(saves) > 4
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(resumed)[name])
    assert (whole.drawn() == resumed.drawn()).all()
    for a, b in zip(whole.history, resumed.history, strict=True):
        assert a | {"seconds": 0} == b | {"seconds": 0}


def test_the_generator_that_samples_is_saved(train, tmp_path):
    training = train(steps=10, averaging=0.9)
    z = training.model.prior(4, torch_generator(3, "z"))
    expected = training.model.draw_images(training.generator, z)
    assert not torch.equal(training.model.draw_images(training.model.generator, z), expected)
    training.trained().save(tmp_path / "model.pt")
    model = load_coder(tmp_path / "model.pt", "cpu")
    assert torch.equal(model.draw_images(model.generator, z), expected)
    drawn = model.sample(4, torch_generator(3, "z"))
    assert torch.equal(drawn, expected) and drawn.is_contiguous()


def test_an_image_that_is_not_finite_is_no_image(make, images):
    model = make()
    model.begin(images, torch_generator(0, "begin"))  # glo's codes
    for parameter in model.generator.parameters():
        torch.nn.init.constant_(parameter, float("nan"))
    with pytest.raises(DivergedError, match="an image that the model draws is not finite"):
        model.sample(3, torch_generator(0, "z"))


def test_what_has_codes_encodes_the_same_after_it_is_saved(train, settings_class, images, tmp_path):
    training = train(steps=10)
    model = training.trained()
    assert isinstance(model, EncodingModel) == settings_class.ENCODES
    if not settings_class.ENCODES and not settings_class.CODES:
        with pytest.raises(InputError, match="no codes of images"):
            model.encode(images)
        return
    model.save(tmp_path / "model.pt")
    codes = load_coder(tmp_path / "model.pt", "cpu").encode(images)
    assert codes.shape == (20, 5) and len(codes.unique(dim=0)) > 1
    torch.testing.assert_close(codes, model.encode(images), rtol=1e-6, atol=0)
    if settings_class.ENCODES:
        assert torch.equal(codes, model.encode(images))
        assert torch.allclose(codes[3:9], model.encode(images[3:9]), rtol=1e-4, atol=1e-6)


def test_a_loss_that_is_not_finite_stops_the_training(make, images, monkeypatch):
    model = make(steps=20)
    with torch.no_grad():
        next(model.decoder.parameters()).fill_(torch.nan)
    with pytest.raises(InputError, match="not finite"):
        ImageTraining(model, images, 0, snapshot_images=2).run(None)


def test_images_that_cannot_be_halved_twice_are_one_sentence(make):
    with pytest.raises(InputError, match="divisible by 4"):
        make((1, 10, 8))


@pytest.mark.parametrize("search", ["WIDE", "NARROW"])
def test_every_draw_of_the_hyper_parameters_is_valid(settings_class, search):
    ranges = getattr(settings_class, search)
    assert set(ranges) <= set(settings_class.model_fields)
    drawn = [settings_class(**draw_settings(ranges, number)) for number in range(1, 60)]
    for key in ranges:
        if search == "WIDE":
            assert len({getattr(settings, key) for settings in drawn}) > 1


def test_half_precision_follows_the_same_course(train):
    """Coarse numbers, the same path: the losses of the first steps agree to some digits."""
    exact, coarse = (train(steps=8, precision=precision) for precision in ("float32", "bfloat16"))
    for a, b in zip(exact.history, coarse.history, strict=True):
        for loss in [name for name in ("loss_1", "loss_2") if a[name] != ""]:
            assert b[loss] == pytest.approx(a[loss], rel=0.05, abs=0.02)
    exact_weights, coarse_weights = (dict(run.model.named_parameters()) for run in (exact, coarse))
    assert all(value.dtype == torch.float32 for value in coarse_weights.values())
    assert any(
        not torch.equal(value, coarse_weights[name]) for name, value in exact_weights.items()
    )
