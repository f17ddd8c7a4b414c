"""Files of tensors: torch archives with reproducible bytes, read without unpickling code."""

import io
import zipfile
from pathlib import Path
from typing import Any

import torch

from aeot.errors import InputError
from aeot.files import atomic


def save_state(path: str | Path, state: dict[str, Any]) -> None:
    """Write a dictionary of tensors and plain values.

    The archive is made in memory, because torch.save writes the name of the file into it, and a
    temporary name would change the bytes.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with atomic(path) as temporary:
        temporary.write_bytes(buffer.getbuffer())


def load_state(path: str | Path) -> dict[str, Any]:
    """Read a dictionary that `save_state` wrote, without unpickling code.

    The checksums are verified here, because torch does not check those of its archive: a flipped
    bit would give another weight.

    Raises:
        InputError: the file is missing or corrupt.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise ValueError(f"the checksum of {damaged} is wrong")
        return dict(torch.load(path, map_location="cpu", weights_only=True))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except Exception as error:  # torch raises many types of exceptions for corrupt archives
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path} is not a readable torch file: {reason}") from None
