"""How much memory and disk the autoencoder's training needs; torch-free.

The estimates are fitted to peaks of resident memory measured on a CPU (see config/README.md).
"""

from aeot.models.autoencoder.settings import Settings

_BASE = 600  # MiB of a process: Python, torch and its buffers
_COPIES = 6  # of the weights: themselves, gradients, two moments of Adam, and what saving takes
_MAPS = 8  # of every level's map: convolution, norm and activation, of either half, and work space
_CHECKPOINTED = 3  # of the weights: themselves, two moments of Adam
_MIB = 2**20


def _channels(settings: Settings, shape: tuple[int, int, int]) -> list[int]:
    depth = 2 + settings.convs_beyond(*shape[1:])
    return [settings.width * 2**level for level in range(depth)]


def parameters(settings: Settings, shape: tuple[int, int, int]) -> int:
    """Count the weights of encoder and decoder for images (c, h, w)."""
    channels, hidden = _channels(settings, shape), 16 * settings.width
    depth = len(channels)
    inner = channels[-1] * (shape[1] >> depth) * (shape[2] >> depth)
    pairs = list(zip([shape[0], *channels[:-1]], channels, strict=True))
    weights = 2 * (sum(16 * a * b for a, b in pairs) + hidden * (settings.codes + inner))
    # A bias, and with a norm its scale and shift.
    encoder = 3 * sum(channels) + 3 * hidden + settings.codes
    decoder = 3 * sum(channels[:-1]) + shape[0] + 3 * hidden + 3 * inner
    return weights + encoder + decoder


def training_mib(
    settings: Settings, shape: tuple[int, int, int], images: int, processes: int = 1
) -> int:
    """Estimate the memory of a training, MiB.

    Args:
        settings: the network and its batches.
        shape: (channels, height, width) of an image.
        images: training and test images together, which stay in memory.
        processes: number of processes that share a batch; each has the weights and the images.
    """
    maps = sum(
        channels * (shape[1] >> level) * (shape[2] >> level)
        for level, channels in enumerate(_channels(settings, shape), start=1)
    )
    batch = min(settings.batch_size, images)
    each = 4 * _COPIES * parameters(settings, shape) + images * shape[0] * shape[1] * shape[2]
    return processes * (_BASE + each // _MIB) + 4 * _MAPS * maps * batch // _MIB


def files_mib(settings: Settings, shape: tuple[int, int, int], images: int) -> int:
    """Estimate the disk that a training and images take, MiB.

    Args:
        settings: of the training.
        shape: (channels, height, width) of an image.
        images: number of images in files: training, test and drawn ones, with a byte per pixel and
            channel.
    """
    # Two checkpoints during the training, and the network.
    weights = 4 * (2 * _CHECKPOINTED + 1) * parameters(settings, shape)
    return (weights + images * shape[0] * shape[1] * shape[2]) // _MIB
