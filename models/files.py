"""An array in a file, of which rows are read here and there."""

from __future__ import annotations

import math
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import spans


class ArrayFile:
    """An array in a file of numpy's, whose rows are read rather than mapped.

    Each page that is mapped brings its neighbours, so what is looked up here and there would fill
    the memory. `first` is the open file and the byte at which the first row lies.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            shape, _, self._dtype = np.lib.format.read_array_header_1_0(file)
            self._shape = shape[1:]
            self.first = os.open(path, os.O_RDONLY), file.tell()
        weakref.finalize(self, os.close, self.first[0])

    def read(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[Any]:
        """The rows from the start to before the end of each of some spans, (s,) both, one after
        another.

        Raises:
            OSError: the file ends too early, or can't be read.
        """
        found = np.empty((int((ends - starts).sum()), *self._shape), self._dtype)
        size = self._dtype.itemsize * math.prod(self._shape)
        spans.read(*self.first, size, starts, ends, found.reshape(-1).view(np.uint8))
        return found
