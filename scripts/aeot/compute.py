"""The torch device and threads of a script."""

import logging
import os

import torch

from aeot.errors import InputError
from aeot.resolved import note_device

log = logging.getLogger("aeot")


def select(device: str, threads: int | None) -> torch.device:
    """Return the torch device named `device` and set the number of CPU threads.

    Args:
        device: `auto`, `cpu`, `cuda` or `cuda:N`; `auto` uses CUDA if there is a GPU.
        threads: total number of CPU threads of all processes that `torchrun` started here; None
            keeps torch's choice.

    Raises:
        InputError: the device is unknown or not available on this machine.
    """
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))  # of torchrun, on this machine
    if threads is not None:
        torch.set_num_threads(max(1, threads // processes))
    if device == "auto" and torch.cuda.is_available():
        if processes > torch.cuda.device_count():
            raise InputError(
                f"{processes} processes were started, each for a GPU, and this machine shows "
                f"{torch.cuda.device_count()} CUDA device(s); lower ranks, or use --device cpu."
            )
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    elif device == "auto":
        device = "cpu"
    try:
        chosen = torch.device(device)
    except RuntimeError:
        raise InputError(f"--device {device} is unknown; use auto, cpu, cuda or cuda:N.") from None
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise InputError(
            f"--device {device}: this machine shows {torch.cuda.device_count()} CUDA device(s); "
            "use --device cpu, or check the driver."
        )
    if chosen.type not in ("cpu", "cuda"):
        raise InputError(f"--device {device} is not supported; use auto, cpu, cuda or cuda:N.")
    note_device(lambda: device_name(chosen))
    return chosen


def device_name(device: torch.device) -> str:
    """Return the name of the device for reports: the GPU's name, or the CPU and its threads."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"cpu ({torch.get_num_threads()} threads)"


def warn_of_slow_bfloat16(device: torch.device) -> None:
    """Warn if a CPU has no instructions for bfloat16, which is then 20 times slower."""
    if device.type == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        log.warning("this processor has no instructions for bfloat16: use precision=float32.")
