"""The compiled loop that reads here and there in files.

Numba takes no annotations of ours: as `models.kernels`, this module goes without.
"""

from __future__ import annotations

import numba
from numba import types

_pread = types.ExternalFunction(
    "pread", types.intp(types.int32, types.uintp, types.uintp, types.int64)
)
"""That of the system, which `os.pread` calls too."""


@numba.njit(cache=True, nogil=True)
def read(files, firsts, size, starts, ends, found):
    """Into `found`, bytes, one after another: of each of c open files the rows, of `size` bytes,
    from the start to before the end of each of s spans, (c, s) both; `firsts` (c,) are where the
    first rows lie.

    Raises:
        OSError: a file ends too early, or can't be read.
    """
    place = 0
    for k in range(len(files)):
        for i in range(starts.shape[1]):
            length = (ends[k, i] - starts[k, i]) * size
            if length > 0:
                first = firsts[k] + starts[k, i] * size
                if _pread(files[k], found.ctypes.data + place, length, first) != length:
                    raise OSError("less in a file than was looked for")
                place += length


@numba.njit(cache=True, nogil=True)
def read_one(file, first, found):
    """Into `found` what lies in an open file from a byte on.

    Raises:
        OSError: it ends too early, or can't be read.
    """
    if _pread(file, found.ctypes.data, found.nbytes, first) != found.nbytes:
        raise OSError("less in a file than was looked for")
