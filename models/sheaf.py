"""Several sparse columns of the same rows, of each row all its cells together.

What is looked up here and there then lies in one place, and is read at once. Numba takes no
annotations of ours: as those of `models.kernels`, the loops here go without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.files import ArrayFile
from models.grid import BITS
from models.rows import Lying, unchecked

Arrays = Mapping[str, NDArray[Any]]
_jit = numba.njit(cache=True, nogil=True)


@dataclass(frozen=True)
class Sheaf:
    """c sparse columns of n rows: the cells of row r in part k of them lie from
    `starts[r · c + k]` on, each with its column, int32, and whole steps of 2^-12, uint16.

    `files` are those in which `columns` and `steps` lie, if they do.
    """

    names: tuple[str, ...]
    widths: tuple[int, ...]
    starts: NDArray[np.integer[Any]]
    columns: NDArray[np.int32]
    steps: NDArray[np.uint16]
    files: tuple[ArrayFile, ArrayFile] | None = None

    @classmethod
    def of(cls, parts: Mapping[str, csr_array]) -> Self:
        """Of weights on the grid.

        Raises:
            ValueError: a weight is below 0 or beyond what 16 bits hold.
        """
        found = {name: _steps(part) for name, part in parts.items()}
        counts = np.stack([np.diff(part.indptr) for part in parts.values()], axis=1)
        starts = _starts(counts.ravel())
        size = int(starts[-1])
        columns, steps = np.empty(size, np.int32), np.empty(size, np.uint16)
        for k, (name, part) in enumerate(parts.items()):
            whole = part.indptr.astype(np.int64), part.indices.astype(np.int32), found[name]
            _lay(*whole, starts, k, len(parts), columns, steps)
        return cls(tuple(parts), tuple(p.shape[1] for p in parts.values()), starts, columns, steps)

    def __len__(self) -> int:
        return (len(self.starts) - 1) // len(self.names)

    def freeze(self) -> None:
        """Let nobody write to them."""
        for array in (self.starts, self.columns, self.steps):
            array.flags.writeable = False

    def column(self, name: str) -> csr_array:
        """One of them as a matrix (n, width) of steps."""
        k, c = self.names.index(name), len(self.names)
        firsts = self.starts[k:-1:c].astype(np.int64)
        ends = self.starts[k + 1 :: c].astype(np.int64)
        starts = np.zeros(len(self) + 1, np.int64)
        np.cumsum(ends - firsts, out=starts[1:])
        columns, steps = _drawn(self.columns, self.steps, firsts, starts)
        shape = len(self), self.widths[k]
        return csr_array((steps, columns, _narrow(starts)), shape=shape)

    def take(
        self, rows: NDArray[np.int64], *, few: bool = True
    ) -> tuple[dict[str, csr_array], Lying]:
        """The given rows of each, in the order given, as weights, and all of them as they lie. A
        `few` are read from the files, if they lie in some; many are looked up in memory."""
        c = len(self.names)
        bounds = self.starts[(rows * c)[:, None] + np.arange(c + 1)].astype(np.int64)
        firsts, ends = bounds[:, 0].copy(), bounds[:, -1].copy()
        if self.files is None or not few:
            columns, steps = self.columns, self.steps
        else:
            columns, steps = (file.read(firsts, ends) for file in self.files)
            columns.flags.writeable = steps.flags.writeable = False  # as in memory
            counts = ends - firsts
            firsts = counts.cumsum() - counts
        starts, columns, weights = _taken(columns, steps, firsts, bounds)
        own, cuts = _narrow(starts - starts[:, :1]), starts[:, [0, -1]].tolist()
        found = {
            name: unchecked(weights[at:end], columns[at:end], own[k], self.widths[k])
            for k, (name, (at, end)) in enumerate(zip(self.names, cuts, strict=True))
        }
        return found, (self.names, starts, columns, weights)

    def picked(self, rows: NDArray[np.int64]) -> Self:
        """The given rows, in the order given."""
        c = len(self.names)
        bounds = self.starts[(rows * c)[:, None] + np.arange(c + 1)].astype(np.int64)
        starts = _starts(np.diff(bounds, axis=1).ravel())
        firsts, rows_at = bounds[:, 0].copy(), starts[::c].astype(np.int64)
        columns, steps = _drawn(self.columns, self.steps, firsts, rows_at)
        return replace(self, starts=starts, columns=columns, steps=steps, files=None)

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The rows of some one after another."""
        starts = _starts(np.concatenate([np.diff(part.starts) for part in parts]))
        columns = np.concatenate([part.columns for part in parts])
        steps = np.concatenate([part.steps for part in parts])
        return cls(parts[0].names, parts[0].widths, starts, columns, steps)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything but the names as plain arrays by name, for `restore`."""
        return {
            "widths": np.array(self.widths, np.int64),
            "starts": self.starts,
            "columns": self.columns,
            "steps": self.steps,
        }

    @classmethod
    def restore(cls, names: Sequence[str], arrays: Arrays, paths: Sequence[Path] = ()) -> Self:
        """What `arrays` gave; `paths` are the files of its columns and its steps."""
        widths = tuple(arrays["widths"].tolist())
        parts = arrays["starts"], arrays["columns"], arrays["steps"]
        files = [ArrayFile(path) for path in paths]
        return cls(tuple(names), widths, *parts, (files[0], files[1]) if files else None)


def _starts(counts: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """Where each of some begins that lie one after another, and where the last ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts.astype(np.uint32) if starts[-1] < 2**32 else starts


def _narrow(starts: NDArray[np.int64]) -> NDArray[np.integer[Any]]:
    """The same in 32 bits, as the columns beside them, where these hold them."""
    return starts.astype(np.int32) if starts.max(initial=0) < 2**31 else starts


def _steps(part: csr_array) -> NDArray[np.uint16]:
    steps = np.rint(part.data * 2**BITS)
    if len(steps) and not (steps.min() >= 0 and steps.max() < 2**16):
        raise ValueError(f"a weight of {part.data.max()}, expected in [0, {2**4})")
    return np.asarray(steps, np.uint16)


@_jit
def _lay(starts, columns, steps, into, k, c, all_columns, all_steps):
    """The cells of part k of c to where they lie."""
    for row in range(len(starts) - 1):
        place = np.int64(into[row * c + k])
        for at in range(starts[row], starts[row + 1]):
            all_columns[place], all_steps[place] = columns[at], steps[at]
            place += 1


@_jit
def _drawn(columns, steps, firsts, starts):
    """From `firsts` (n,) on as many cells as lie between `starts` (n + 1,), one after another."""
    own_columns, own_steps = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.uint16)
    for row in range(len(firsts)):
        shift = firsts[row] - starts[row]
        for at in range(starts[row], starts[row + 1]):
            own_columns[at], own_steps[at] = columns[at + shift], steps[at + shift]
    return own_columns, own_steps


@_jit
def _taken(columns, steps, firsts, bounds):
    """Rows whose cells lie from `firsts` (r,) on, as `bounds` (r, c + 1) part them: as `Lying`."""
    rows, c = bounds.shape[0], bounds.shape[1] - 1
    size = 0
    for row in range(rows):
        size += bounds[row, c] - bounds[row, 0]
    starts = np.empty((c, rows + 1), np.int64)
    own_columns, weights = np.empty(size, np.int32), np.empty(size)
    place = 0
    for k in range(c):
        starts[k, 0] = place
        for row in range(rows):
            shift = firsts[row] - bounds[row, 0]
            for at in range(bounds[row, k] + shift, bounds[row, k + 1] + shift):
                own_columns[place], weights[place] = columns[at], steps[at] * 2.0**-BITS
                place += 1
            starts[k, row + 1] = place
    return starts, own_columns, weights
