import math

import numpy as np
import pytest
import torch

from aeot.models.aeot.facets import dihedral_angle, facet_normals, without_neighbour
from aeot.seeding import numpy_generator


def test_the_angle_is_the_arccos_of_the_normals():
    y = numpy_generator(0, "codes").normal(size=(30, 5))
    normals = np.hstack([y, -np.ones((30, 1))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    index = torch.arange(30)
    found = dihedral_angle(facet_normals(torch.from_numpy(y)), index[:, None], index[None])
    expected = np.arccos(np.clip(normals @ normals.T, -1, 1))
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-7)


@pytest.mark.parametrize("length", [1e-9, 1e-3, 0.1, 1.0, 30.0])
def test_opposite_codes_have_the_known_angle_however_small(length):
    y = torch.tensor([[length, 0.0], [-length, 0.0]], dtype=torch.float64)
    angle = dihedral_angle(facet_normals(y), torch.tensor(0), torch.tensor(1)).item()
    assert angle == pytest.approx(2 * math.atan(length), rel=1e-12)


def test_the_angle_grows_with_the_scale_and_knows_no_order():
    y = torch.from_numpy(numpy_generator(0, "codes").normal(size=(20, 4)))
    i, j = torch.triu_indices(20, 20, offset=1)
    scaled = [dihedral_angle(facet_normals(s * (y - y.mean(0))), i, j) for s in (0.1, 0.3)]
    assert (scaled[1] > scaled[0]).all()
    assert torch.equal(
        dihedral_angle(facet_normals(y), i, j), dihedral_angle(facet_normals(y), j, i)
    )
    assert (dihedral_angle(facet_normals(y), i, i) == 0).all()


def test_facets_without_a_neighbour_are_those_whose_every_angle_is_larger():
    normals = facet_normals(torch.from_numpy(numpy_generator(2, "codes").normal(size=(1500, 6))))
    index = torch.arange(1500)
    angles = dihedral_angle(normals, index[:, None], index[None])
    nearest = angles.fill_diagonal_(torch.inf).amin(dim=1)
    for threshold in nearest.quantile(torch.tensor([0.1, 0.5, 0.9]).double()).tolist():
        found = without_neighbour(normals, index, threshold)
        assert torch.equal(found, nearest > threshold + 1e-6)
        some = torch.tensor([700, 3, 1499])
        assert torch.equal(without_neighbour(normals, some, threshold), found[some])


def test_the_smallest_angle_counts_as_one_within_the_threshold():
    """The cosine of 1e-3 rad is 1 - 5e-7: rounding must not lose a neighbour."""
    normals = facet_normals(torch.tensor([[0.0], [1e-3], [2.0]]))
    angle = dihedral_angle(normals, torch.tensor(0), torch.tensor(1)).item()
    everyone = torch.arange(3)
    assert without_neighbour(normals, everyone, angle).tolist() == [False, False, True]
    assert without_neighbour(normals, everyone, 0.9 * angle).tolist() == [True, True, True]
    assert not len(without_neighbour(normals, everyone[:0], angle))
