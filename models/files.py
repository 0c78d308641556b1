"""Arrays in files, of which rows are read here and there."""

from __future__ import annotations

import math
import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import spans


class ArrayFiles:
    """Arrays of one type in files of numpy's, whose rows are read rather than mapped.

    Each page that is mapped brings its neighbours, so what is looked up here and there would fill
    the memory.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        firsts, kinds = [], set()
        for path in paths:
            with path.open("rb") as file:
                np.lib.format.read_magic(file)
                shape, _, dtype = np.lib.format.read_array_header_1_0(file)
                firsts.append(file.tell())
                kinds.add((dtype, shape[1:]))
        if len(kinds) > 1:
            raise ValueError(f"arrays of {sorted(map(str, kinds))}, expected one type")
        ((self._dtype, self._shape),) = kinds
        self._firsts = np.array(firsts, np.int64)
        self._files = np.array([os.open(path, os.O_RDONLY) for path in paths], np.int32)
        for file_ in self._files.tolist():
            weakref.finalize(self, os.close, file_)

    @property
    def first(self) -> tuple[int, int]:
        """The first file, open, and where its first row lies."""
        return int(self._files[0]), int(self._firsts[0])

    def read(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[Any]:
        """Of each of c files the rows from the start to before the end of each of s spans, (c, s)
        both, one after another.

        Raises:
            OSError: a file ends too early, or can't be read.
        """
        found = np.empty((int((ends - starts).sum()), *self._shape), self._dtype)
        size = self._dtype.itemsize * math.prod(self._shape)
        bytes_ = found.reshape(-1).view(np.uint8)
        spans.read(self._files, self._firsts, size, starts, ends, bytes_)
        return found
