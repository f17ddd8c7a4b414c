"""Whatever encodes or decodes: one file format, one batch rule, one loader."""

import pytest
import torch

from aeot.errors import InputError
from aeot.methods import AUTOENCODER
from aeot.models import CODERS, IMAGE_MODELS
from aeot.models.coder import Coder, load_coder
from aeot.registry import resolve_part
from aeot.seeding import torch_generator
from aeot.state import load_state, save_state

SMALL = {"steps": 9, "batch_size": 6, "width": 4, "codes": 5, "adversary_units": 8}


def make(name, shape=(1, 8, 8), **changes):
    """A model with its weights drawn, as if it had been trained on twelve images."""
    settings = resolve_part(CODERS, name, "settings:Settings", "model")
    small = {key: SMALL[key] for key in SMALL if key in settings.model_fields}
    model = resolve_part(CODERS, name, "model:Model", "model")(settings(**(small | changes)), shape)
    model.initialise(torch_generator(0, "weights"))
    model.place("cpu")
    if name in IMAGE_MODELS:
        model.begin(images(shape), torch_generator(0, "begin"))
    return model.eval()


def images(shape=(1, 8, 8)):
    drawn = torch.randint(256, (12, *shape), generator=torch_generator(0, "images"))
    return drawn.to(torch.uint8)


@pytest.fixture(params=sorted(CODERS))
def name(request):
    return request.param


def test_the_autoencoder_and_the_models_of_images_are_coders():
    assert set(CODERS) == {AUTOENCODER, *IMAGE_MODELS}


def test_a_file_names_its_model_and_comes_back_in_eval_mode_with_the_same_bits(name, tmp_path):
    model, path = make(name, (3, 8, 12)), tmp_path / "model.pt"
    assert isinstance(model, Coder) and model.name() == name
    model.save(path)
    assert load_state(path)["model"] == name
    for loaded in (load_coder(path, "cpu"), type(model).load(path)):
        assert type(loaded) is type(model) and not loaded.training
        assert (loaded.settings, loaded.shape) == (model.settings, model.shape)
        codes = torch.randn(4, 5, generator=torch_generator(0, "codes"))
        assert torch.equal(loaded.decode(codes), model.decode(codes))
        for network in model.SAVED:
            ours, theirs = (getattr(one, network).state_dict() for one in (model, loaded))
            assert ours.keys() == theirs.keys()
            assert all(torch.equal(value, theirs[key]) for key, value in ours.items())
    if name != "glo":  # its codes are put on the sphere again, which rounds
        loaded.save(tmp_path / "again.pt")
        assert (tmp_path / "again.pt").read_bytes() == path.read_bytes()


def test_the_file_of_another_model_is_one_sentence(name, tmp_path):
    other = "vae" if name != "vae" else AUTOENCODER
    make(other).save(tmp_path / "model.pt")
    kind = resolve_part(CODERS, name, "model:Model", "model")
    with pytest.raises(InputError, match=f"contains the model {other}; name a file of {name}"):
        kind.load(tmp_path / "model.pt")


@pytest.mark.parametrize("length", [0, 10, 500, -1])
def test_a_corrupt_file_is_one_sentence(tmp_path, length):
    path = tmp_path / "model.pt"
    make(AUTOENCODER).save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InputError, match=r"model\.pt is not a readable torch file") as caught:
        load_coder(path, "cpu")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.pt does not exist"):
        load_coder(tmp_path / "none.pt", "cpu")


@pytest.mark.parametrize(
    "state",
    [
        # The autoencoder's and a model's of the version before, without a name.
        {"settings": {}, "shape": [1, 8, 8], "weights": {}},
        {"settings": {}, "shape": [1, 8, 8], "failed": False, "generator": {}},
        # Models of points; there is a model of images of the second one's name, too.
        {"model": "kde", "settings": {}, "state": {}},
        {"model": "ali", "settings": {}, "state": {}},
        {"model": ["vae"], "shape": [1, 8, 8]},
    ],
)
def test_what_is_no_file_of_this_version_is_one_sentence(tmp_path, state):
    save_state(tmp_path / "model.pt", state)
    sentence = r"model\.pt is not a model of images of this version; train it again"
    for load in (load_coder, type(make("vae")).load):
        with pytest.raises(InputError, match=sentence):
            load(tmp_path / "model.pt", "cpu")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.pop("settings"),
        lambda state: state.pop("weights"),
        lambda state: state["weights"].pop("generator"),
        lambda state: state["weights"]["generator"].popitem(),
        lambda state: state.update(shape=[1, 16, 8]),
        lambda state: state.update(shape=[1, 8]),
        lambda state: state.update(shape=None),
        lambda state: state["settings"].update(codes=4),
        lambda state: state["settings"].update(depth=4),
    ],
)
@pytest.mark.parametrize("kind", [AUTOENCODER, "vae"])
def test_a_spoilt_state_is_one_sentence(kind, tmp_path, spoil):
    path = tmp_path / "model.pt"
    make(kind).save(path)
    state = load_state(path)
    spoil(state)
    save_state(path, state)
    with pytest.raises(InputError, match=r"model\.pt") as caught:
        load_coder(path, "cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("side", "batch"), [(28, 500), (64, 500), (128, 125), (1024, 1)])
@pytest.mark.parametrize("kind", [AUTOENCODER, "nsgan"])
def test_as_many_images_are_evaluated_as_memory_holds(kind, side, batch):
    assert make(kind, (1, side, side), width=1, codes=1).evaluated == batch


@pytest.mark.parametrize("kind", [AUTOENCODER, "vae"])
def test_no_pass_is_of_more_images_than_are_evaluated(kind, monkeypatch):
    model, seen = make(kind), []
    monkeypatch.setattr(type(model), "evaluated", 5)
    for net in (model.encoder, model.generator):
        net.register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    model.decode(model.encode(images()))
    assert seen == [5, 5, 2, 5, 5, 2]


def test_evaluation_is_in_eval_mode_and_leaves_the_statistics_alone(name):
    model = make(name)
    codes = torch.randn(6, 5, generator=torch_generator(0, "codes"))
    expected = model.decode(codes)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    model.train()
    assert torch.equal(model.decode(codes), expected)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_the_autoencoder_draws_nothing_by_itself():
    with pytest.raises(InputError, match="does not draw images by itself"):
        make(AUTOENCODER).sample(3, torch_generator(0, "z"))
