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
def read(file, first, size, starts, ends, found):
    """Into `found`, bytes, one after another: of an open file the rows, of `size` bytes, from the
    start to before the end of each of some spans, (s,) both; the first row lies at byte `first`.

    Raises:
        OSError: the file ends too early, or can't be read.
    """
    place = 0
    for i in range(len(starts)):
        length = (ends[i] - starts[i]) * size
        if length > 0:
            begin = first + starts[i] * size
            if _pread(file, found.ctypes.data + place, length, begin) != length:
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
