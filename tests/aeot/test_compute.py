"""Devices and threads: what is not there is said in one sentence."""

import pytest
import torch

from aeot.compute import device_name, select, warn_of_slow_bfloat16
from aeot.errors import InputError


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


def test_auto_takes_the_cpu_where_there_is_no_gpu(no_gpu):
    assert select("auto", None) == torch.device("cpu")


def test_auto_takes_the_gpu_where_there_is_one(two_gpus):
    assert select("auto", None).type == "cuda"


def test_a_gpu_that_is_there_is_taken(two_gpus):
    assert select("cuda:1", None) == torch.device("cuda", 1)


@pytest.mark.parametrize("device", ["cuda", "cuda:0"])
def test_no_gpu_is_one_sentence(no_gpu, device):
    with pytest.raises(InputError) as caught:
        select(device, None)
    assert str(caught.value) == (
        f"--device {device}: this machine shows 0 CUDA device(s); "
        "use --device cpu, or check the driver."
    )


def test_a_gpu_too_many_is_one_sentence(two_gpus):
    with pytest.raises(InputError, match="shows 2 CUDA device"):
        select("cuda:2", None)


@pytest.mark.parametrize(("processes", "local"), [(2, 1), (3, 0), (3, 2)])
def test_each_process_takes_a_gpu_or_all_say_that_there_are_too_few(
    two_gpus, monkeypatch, processes, local
):
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
    monkeypatch.setenv("LOCAL_RANK", str(local))
    if processes == 2:
        assert select("auto", None) == torch.device("cuda", local)
        return
    with pytest.raises(InputError, match=r"3 processes .* shows 2 CUDA device\(s\); lower ranks"):
        select("auto", None)


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "", "0x"])
def test_an_unknown_device_is_answered_with_the_known_ones(device):
    with pytest.raises(InputError, match=r"is unknown; use auto, cpu, cuda or cuda:N\."):
        select(device, None)


@pytest.mark.parametrize("device", ["meta", "xpu"])
def test_a_device_that_nothing_here_was_tested_on_is_refused(device):
    with pytest.raises(InputError, match="is not supported"):
        select(device, None)


def test_threads_follow_the_request(no_gpu):
    select("cpu", 2)
    assert torch.get_num_threads() == 2
    select("cpu", None)
    assert torch.get_num_threads() == 2
    select("cpu", 0)
    assert torch.get_num_threads() == 1


def test_the_name_of_the_cpu_tells_its_threads():
    select("cpu", 2)
    assert device_name(torch.device("cpu")) == "cpu (2 threads)"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_the_name_of_a_gpu_is_its_own():
    assert device_name(select("cuda", None)) == torch.cuda.get_device_name(0)


@pytest.mark.parametrize("device, supported, warned", [("cpu", False, True), ("cpu", True, False),
                                                       ("cuda", False, False)])  # fmt: skip
def test_a_processor_without_bfloat16_is_told(monkeypatch, caplog, device, supported, warned):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: supported)
    warn_of_slow_bfloat16(torch.device(device))
    assert ("use precision=float32" in caplog.text) == warned
