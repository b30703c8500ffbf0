"""Memory of parameters: taken without being written to, and files laid over it, so that half a gigabyte costs no half second."""

from __future__ import annotations

import ctypes
import math
import mmap
import sys
from typing import Any

import numpy as np
import paddle
from paddle import nn

from ..wire import LARGE

LINUX = sys.platform == "linux"  # elsewhere, on a student's own machine, parameters get their memory as Paddle gives it
MAP_FIXED = 0x10
FAILED = ctypes.c_void_p(-1).value
if LINUX:
    _LIBC = ctypes.CDLL(None, use_errno=True)
    _LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *(ctypes.c_int,) * 3, ctypes.c_long)
    _LIBC.mmap.restype = ctypes.c_void_p
    _LIBC.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


class Zeros(nn.initializer.Initializer):  # type: ignore[misc, name-defined]
    """Zeros; where there are many, as pages that the kernel makes only when they are written to."""

    def __init__(self) -> None:
        super().__init__()
        self._plain = nn.initializer.Constant(0.0)

    def forward(self, parameter: Any, block: Any = None) -> Any:
        """Give a parameter its memory."""
        size = math.prod(parameter.shape)
        if not LINUX or size < LARGE or parameter.dtype != paddle.float32 or not paddle.in_dynamic_mode():
            return self._plain(parameter, block)
        pages = mmap.mmap(-1, 4 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        zeros = np.frombuffer(pages, np.float32).reshape(parameter.shape)
        tensor = paddle.base.core.eager.Tensor(
            value=zeros, place=paddle.CPUPlace(), persistable=False, zero_copy=True, name="zeros", stop_gradient=True
        )
        parameter.get_tensor()._share_data_with(tensor.get_tensor())
        parameter.pages = parameter.data_ptr(), 4 * size
        return parameter


def of(parameter: Any) -> np.ndarray[Any, Any]:
    """Return the memory of a float32 tensor as an array to write to: half a gigabyte need not be made twice."""
    shape = tuple(int(size) for size in parameter.shape)
    numbers = ctypes.c_float * math.prod(shape)
    return np.ctypeslib.as_array(numbers.from_address(parameter.data_ptr())).reshape(shape)


def map_over(parameter: Any, file: int) -> bool:
    """Let the pages of a parameter be those of a file with its values, float32; its writes stay its own. False: it has no
    such pages."""
    address, length = getattr(parameter, "pages", (0, 0))
    if not address or (parameter.data_ptr(), 4 * math.prod(parameter.shape)) != (address, length):
        return False
    # All entries of the page table at once; with the right to write from the start, the kernel would copy each page.
    flags = mmap.MAP_PRIVATE | mmap.MAP_POPULATE | MAP_FIXED
    if _LIBC.mmap(address, length, mmap.PROT_READ, flags, file, 0) == FAILED:
        return False
    if _LIBC.mprotect(address, length, mmap.PROT_READ | mmap.PROT_WRITE):
        raise OSError(ctypes.get_errno(), "mprotect")
    return True
