"""Inversion: known distances, ranges that lack a known part, and priors that are kept to."""

import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear
from scipy.spatial.distance import cdist
from torch import nn

from aeot.datasets.polygons import PolygonManifold
from aeot.errors import InputError
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.models.inversion import among, invert, invert_mixtures, invert_model
from aeot.models.inversion_settings import InversionSettings
from aeot.models.nsgan.model import Model as NsGan
from aeot.models.nsgan.settings import Settings as NsGanSettings

SIZE = 14
TRIANGLES = PolygonManifold(3, SIZE)


def softened(u):
    """Render triangles of u (n, 3) with soft edges, so that torch differentiates them."""
    first = 2 * np.pi * torch.arange(3) / 3 + np.radians(10)
    angles = first + np.radians(110) * u
    corners = 0.375 * SIZE * torch.stack([angles.cos(), angles.sin()], dim=2)
    corners = corners - corners.mean(dim=1, keepdim=True) + SIZE / 2
    edges = torch.roll(corners, -1, dims=1) - corners
    pixel = torch.arange(SIZE) + 0.5
    across = edges[:, :, 0, None, None] * (pixel[:, None] - corners[:, :, 1, None, None])
    across = across - edges[:, :, 1, None, None] * (pixel - corners[:, :, 0, None, None])
    inside = torch.sigmoid(4 * across / edges.norm(dim=2)[:, :, None, None]).prod(dim=1)
    return (1 - inside)[:, None]


def bytes_of(images):
    return (255 * images).round().to(torch.uint8).numpy()


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_recall_is_the_share_that_the_generator_can_draw(share):
    """A generator whose first corner stays in a part of its band."""
    random = torch.Generator().manual_seed(0)
    parameters = torch.rand((150, 3), generator=random)
    tests = softened(parameters)
    codes = torch.rand((500, 3), generator=random) * torch.tensor([share, 1, 1])
    most = torch.tensor([share, 1.0, 1.0])
    keep = lambda z, _: torch.minimum(z.clamp_min(0), most)  # noqa: E731
    settings = InversionSettings(starts=2, steps=80)
    found = invert(softened, codes, tests, settings, keep).distance
    curve = [(found < delta).mean() for delta in (0.1, 0.25, 8.0)]
    known = float((parameters[:, 0] <= share).float().mean())  # of these very test images
    assert abs(known - share) < 3 * np.sqrt(share * (1 - share) / 150) + 1e-9
    assert curve[0] == pytest.approx(known, abs=0.03)  # but those next to the end
    assert curve[2] == 1 and curve[0] <= curve[1]


def test_the_distance_is_that_of_least_squares_within_the_bounds():
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(12, 4)).astype(np.float32)
    exact, images = matrix.astype(float), rng.normal(size=(9, 12))
    decode = lambda z: (z @ torch.from_numpy(matrix).T).reshape(-1, 1, 3, 4)  # noqa: E731
    codes = 2 * torch.rand((64, 4), generator=torch.Generator().manual_seed(0)) - 1
    settings = InversionSettings(starts=2, steps=400, learning_rate=0.02)
    goal = torch.from_numpy(images).float().reshape(-1, 1, 3, 4)
    for bound, keep in ((1, lambda z, _: z.clamp(-1, 1)), (np.inf, None)):
        found = invert(decode, codes, goal, settings, keep).distance
        want = [np.sqrt(2 * lsq_linear(exact, x, (-bound, bound)).cost) for x in images]
        np.testing.assert_allclose(found, want, rtol=2e-3)


def test_without_steps_the_nearest_draw_is_the_distance_and_steps_never_add():
    random = torch.Generator().manual_seed(2)
    codes, images = torch.rand((300, 3), generator=random), torch.rand((20, 3), generator=random)
    images = softened(images)
    settings = InversionSettings(steps=0)
    still = invert(softened, codes, images, settings)
    want = cdist(images.flatten(1), softened(codes).flatten(1)).min(axis=1)
    np.testing.assert_allclose(still.nearest, want, rtol=1e-4)
    np.testing.assert_allclose(still.distance, still.nearest, rtol=1e-4)
    wild = InversionSettings(steps=5, learning_rate=10.0)
    assert (invert(softened, codes, images, wild).distance <= still.nearest + 1e-6).all()


def test_keep_is_told_which_draw_a_search_started_from():
    codes = torch.tensor([[0.0], [10.0]])
    images = torch.tensor([[[[1.0]]], [[[7.0]]]])
    decode = lambda z: z.reshape(-1, 1, 1, 1)  # noqa: E731
    home = lambda z, place: codes[place]  # noqa: E731
    settings = InversionSettings(starts=1, steps=20, learning_rate=1.0)
    found = invert(decode, codes, images, settings, home)
    np.testing.assert_allclose(found.distance, [0, 2], atol=1.1)
    assert (found.distance >= 0).all() and found.nearest.tolist() == [1, 3]


@pytest.fixture
def gan():
    """A model of images whose generator is far from constant; trained ones are."""
    model = NsGan(NsGanSettings(codes=3, width=4), (1, 8, 8))
    model.generator = nn.Sequential(nn.Linear(3, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
    weights = torch.randn((64, 3), generator=torch.Generator().manual_seed(0))
    model.generator[0].load_state_dict({"weight": weights, "bias": torch.zeros(64)})
    return model.eval()


def test_a_models_own_images_are_found_again(gan):
    random = torch.Generator().manual_seed(5)
    images = gan.sample(12, random)
    settings = InversionSettings(draws=400, steps=150)
    found = invert_model(gan, images, settings, seed=0)
    rounding = 0.5 / 255 * 8  # the most that it adds to a distance
    assert found["distance"].max() < 2 * rounding < 0.2 * np.median(found["nearest"])
    again = invert_model(gan, images, settings, seed=0)
    np.testing.assert_array_equal(found["distance"], again["distance"])


def test_a_uniform_prior_is_kept_to(gan):
    far = torch.full((4, 3), 3.0)
    with torch.no_grad():
        images = (255 * gan.generator(far)).round().to(torch.uint8)
        side = torch.linspace(-1, 1, 21)
        grid = torch.cartesian_prod(side, side, side)  # all that the prior draws
        least = torch.cdist(images[:1].flatten(1) / 255, gan.generator(grid).flatten(1)).min()
    settings = InversionSettings(draws=200, steps=200)
    found = invert_model(gan, images, settings, seed=0)["distance"]
    np.testing.assert_allclose(found, float(least), rtol=0.01)
    gan.within = lambda z: z  # of a Gaussian prior
    assert (invert_model(gan, images, settings, seed=0)["distance"] < 0.1 * found).all()


def test_a_sampler_of_mixtures_is_searched_on_the_segments_that_it_draws():
    """Codes are points of the plane; each draw is the start of a segment along the first axis."""
    starts = torch.tensor([[0.0, 0.0], [0.0, 0.8]])
    ends = torch.stack([starts, starts + torch.tensor([0.5, 0.0])], dim=1)
    decode = lambda z: z.reshape(-1, 1, 1, 2)  # noqa: E731
    bytes_ = torch.tensor([[102, 51], [255, 0], [51, 153], [0, 255]], dtype=torch.uint8)
    images = bytes_.reshape(-1, 1, 1, 2)
    settings = InversionSettings(starts=1, steps=200, learning_rate=0.02)
    found = invert_mixtures(decode, starts, ends, images, settings)
    # (0.4, 0.2) is 0.2 beside the first; (1, 0) 0.5 behind its end; (0.2, 0.6) beside the second.
    np.testing.assert_allclose(found["distance"], [0.2, 0.5, 0.2, 0.2], atol=2e-3)
    np.testing.assert_allclose(found["nearest"], [0.2**0.5, 1, 0.08**0.5, 0.2], atol=1e-6)
    still = torch.stack([starts, starts], dim=1)  # the plain map mixes nothing
    found = invert_mixtures(decode, starts, still, images, settings)
    np.testing.assert_allclose(found["distance"], found["nearest"], rtol=1e-6)


def test_the_nearest_image_of_a_sampler_is_found():
    random = torch.Generator().manual_seed(7)
    drawn = torch.randint(0, 256, (50, 1, 5, 5), generator=random, dtype=torch.uint8)
    images = torch.randint(0, 256, (600, 1, 5, 5), generator=random, dtype=torch.uint8)
    found = among(drawn, images)
    assert list(found) == ["nearest"]
    want = cdist(images.flatten(1).double(), drawn.flatten(1).double()).min(axis=1) / 255
    np.testing.assert_allclose(found["nearest"], want, rtol=1e-4)


def test_a_model_without_a_prior_or_of_other_images_is_refused(gan):
    autoencoder = Autoencoder(AutoencoderSettings(codes=3, width=4), (1, 8, 8))
    images = torch.zeros((1, 1, 8, 8), dtype=torch.uint8)
    with pytest.raises(InputError, match="autoencoder does not draw codes"):
        invert_model(autoencoder, images, InversionSettings(), 0)
    with pytest.raises(InputError, match=r"shape \(1, 8, 4\)"):
        invert_model(gan, images[..., :4], InversionSettings(), 0)
