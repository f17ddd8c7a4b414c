"""Checkpoints: used by the run that they belong to, ignored aloud by every other."""

import logging

import pytest
import torch

from aeot import checkpoint as module
from aeot.checkpoint import Checkpoint

KEY = {"settings": {"epochs": 3}, "seed": 0, "data": ["abc"]}


def test_a_state_comes_back(tmp_path):
    state = {"weights": {"w": torch.arange(3.0)}, "history": [{"epoch": 1, "loss": 0.5}]}
    Checkpoint(tmp_path / "model.pt", KEY).save(state)
    loaded = Checkpoint(tmp_path / "model.pt", KEY).load()
    assert loaded is not None
    assert loaded["history"] == state["history"]
    assert torch.equal(loaded["weights"]["w"], state["weights"]["w"])


def test_it_lies_beside_the_output_under_another_name(tmp_path):
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY)
    checkpoint.save({"x": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt.checkpoint"]


def test_there_is_none_at_first(tmp_path):
    assert Checkpoint(tmp_path / "model.pt", KEY).load() is None


@pytest.mark.parametrize(
    "other",
    [
        {**KEY, "seed": 1},
        {**KEY, "settings": {"epochs": 4}},
        {**KEY, "data": ["abd"]},
        {**KEY, "code": "new"},
    ],
)
def test_the_checkpoint_of_another_run_is_ignored_aloud(tmp_path, caplog, other):
    Checkpoint(tmp_path / "model.pt", KEY).save({"x": 1})
    with caplog.at_level(logging.WARNING, "aeot"):
        assert Checkpoint(tmp_path / "model.pt", other).load() is None
    assert "belongs to other settings or code" in caplog.text


def test_the_order_of_a_key_does_not_matter(tmp_path):
    Checkpoint(tmp_path / "model.pt", KEY).save({"x": 1})
    turned = dict(reversed(KEY.items()))
    assert Checkpoint(tmp_path / "model.pt", turned).load() == {"x": 1}


@pytest.mark.parametrize("content", [b"", b"garbage", "cut"])
def test_a_damaged_checkpoint_is_ignored_aloud(tmp_path, caplog, content):
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY)
    checkpoint.save({"x": torch.zeros(100)})
    whole = checkpoint.path.read_bytes()
    checkpoint.path.write_bytes(whole[: len(whole) // 2] if content == "cut" else content)
    with caplog.at_level(logging.WARNING, "aeot"):
        assert checkpoint.load() is None
    assert "checkpoint ignored" in caplog.text
    checkpoint.save({"x": 2})
    assert checkpoint.load() == {"x": 2}


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_the_one_before_stands_in_for_a_damaged_checkpoint(tmp_path, caplog, damage):
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY)
    for step in (1, 2, 3):
        checkpoint.save({"step": step, "x": torch.zeros(100)})
    whole = bytearray(checkpoint.path.read_bytes())
    if damage == "gone":  # killed between the two renames of a write
        checkpoint.path.unlink()
    elif damage == "cut":
        checkpoint.path.write_bytes(whole[: len(whole) // 2])
    else:
        place = whole.index(bytes(400))  # within the zeros of x
        whole[place + 200] ^= 4
        checkpoint.path.write_bytes(whole)
    with caplog.at_level(logging.INFO, "aeot"):
        loaded = checkpoint.load()
    assert loaded is not None and loaded["step"] == 2
    assert f"resuming from {checkpoint.previous}" in caplog.text
    assert ("checkpoint ignored" in caplog.text) == (damage != "gone")


def test_a_write_that_fails_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY)
    checkpoint.save({"x": 1})

    def fail(*_):
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_bytes", fail)
        with pytest.raises(OSError, match="disk is gone"):
            checkpoint.save({"x": 2})
    assert checkpoint.load() == {"x": 1}
    assert len(list(tmp_path.iterdir())) == 1
    checkpoint.save({"x": 3})
    assert checkpoint.load() == {"x": 3}


def test_a_finished_run_leaves_none(tmp_path):
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY)
    checkpoint.remove()  # there may never have been one
    checkpoint.save({"x": 1})
    checkpoint.save({"x": 2})
    checkpoint.remove()
    assert list(tmp_path.iterdir()) == []


def test_it_is_due_when_its_time_has_come_and_the_write_was_cheap(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    checkpoint = Checkpoint(tmp_path / "model.pt", KEY, every=2.0)
    assert not checkpoint.due()
    now[0] += 2.0
    assert checkpoint.due()

    def slow(*_):
        now[0] += 3.0

    monkeypatch.setattr(module, "save_state", slow)
    checkpoint.save({})
    now[0] += 3.0 / module._SHARE - 1
    assert not checkpoint.due()
    now[0] += 1.1
    assert checkpoint.due()
