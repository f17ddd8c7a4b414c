"""Files of tensors: the same bytes twice, no code in them, damage named."""

import re

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.state import load_state, save_state


def example():
    generator = torch.Generator().manual_seed(1)
    return {
        "weights": {"w": torch.rand(3, 4, generator=generator), "n": torch.tensor(5)},
        "history": [{"phase": 1, "loss": 0.25, "note": None}],
        "double": torch.rand(2, generator=generator, dtype=torch.float64),
    }


def test_the_same_state_is_the_same_bytes_under_any_name(tmp_path):
    save_state(tmp_path / "a.pt", example())
    save_state(tmp_path / "deep" / "another.pt", example())
    assert (tmp_path / "a.pt").read_bytes() == (tmp_path / "deep" / "another.pt").read_bytes()


def test_a_state_comes_back_with_its_types(tmp_path):
    save_state(tmp_path / "a.pt", example())
    loaded = load_state(tmp_path / "a.pt")
    assert loaded["history"] == example()["history"]
    for got, wanted in (
        (loaded["weights"]["w"], example()["weights"]["w"]),
        (loaded["weights"]["n"], torch.tensor(5)),
        (loaded["double"], example()["double"]),
    ):
        assert got.dtype == wanted.dtype and torch.equal(got, wanted)


class Trap:
    """Runs when it is unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_code_in_a_file_is_refused_unrun(tmp_path):
    torch.save({"weights": Trap()}, tmp_path / "a.pt")
    with pytest.raises(InputError, match=r"a\.pt is not a readable torch file"):
        load_state(tmp_path / "a.pt")
    assert not Trap.sprung


def test_a_truncated_file_is_named_wherever_it_is_cut(tmp_path):
    path = tmp_path / "a.pt"
    save_state(path, example())
    whole = path.read_bytes()
    for share in (0.0, 0.1, 0.5, 0.9, 0.99):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(InputError) as caught:
            load_state(path)
        assert re.match(
            rf"{re.escape(str(path))} is not a readable torch file: ", str(caught.value)
        )
        assert "\n" not in str(caught.value)


def test_a_flipped_bit_is_found_or_harmless(tmp_path):
    """Wherever it is: torch alone reads most of them as other values."""
    path, random = tmp_path / "a.pt", np.random.default_rng(0)
    save_state(path, example())
    whole = path.read_bytes()
    found = 0
    for _ in range(300):
        altered = bytearray(whole)
        altered[random.integers(len(whole))] ^= 1 << random.integers(8)
        path.write_bytes(altered)
        try:
            loaded = load_state(path)
        except InputError:
            found += 1
        else:  # padding, or a name that nobody reads
            assert loaded["history"] == example()["history"]
            assert torch.equal(loaded["weights"]["w"], example()["weights"]["w"])
            assert torch.equal(loaded["double"], example()["double"])
    assert found > 100


def test_what_is_no_dictionary_or_not_there_is_named(tmp_path):
    torch.save(torch.tensor(3.0), tmp_path / "a.pt")
    with pytest.raises(InputError, match=r"a\.pt is not a readable torch file"):
        load_state(tmp_path / "a.pt")
    with pytest.raises(InputError, match=r"absent\.pt does not exist\."):
        load_state(tmp_path / "absent.pt")
