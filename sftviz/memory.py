"""What to do where memory is short: less at once."""

import torch


def is_out_of_memory(error: Exception) -> bool:
    """Whether an allocation failed, on the accelerator or in the machine's own memory."""
    # Torch's allocator for the CPU has no exception of its own.
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error)
