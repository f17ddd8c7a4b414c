"""The width of vector registers that Numba uses; nothing is compiled here."""

from numba import config
from numba.core.codegen import get_host_cpu_features


def take_widest_vectors() -> bool:
    """Have Numba use all 512 bits of a register: LLVM uses half of their width by default.

    The setting applies to the process; one that the user has set, `NUMBA_CPU_FEATURES`, is kept.

    Returns:
        Whether registers have 512 bits.
    """
    own = config.CPU_FEATURES  # type: ignore[attr-defined]
    features = own or get_host_cpu_features()
    wide = "+avx512f" in features.split(",")
    if wide and own is None:
        config.CPU_FEATURES = f"{features},-prefer-256-bit"  # type: ignore[attr-defined]
    return wide
