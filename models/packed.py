"""Rows as they lie on disk: whole grid steps in the smallest type, ids as bytes, sorted by id.

A third of the room of float rows, and mapped into memory: of what nobody asks for nothing is read.
"""

from __future__ import annotations

import dataclasses
import math
import os
import weakref
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models import spans
from models.grid import BITS, DENSE_BITS
from models.rows import JobRows, PeopleRows, unchecked

R = TypeVar("R", PeopleRows, JobRows)
Arrays = Mapping[str, NDArray[Any]]
_STRIDE = 32
"""So many ids lie from one that is at hand to the next."""
_FEW = 64
"""So many rows are read one by one at most."""


@dataclass(frozen=True)
class Ids(Sequence[str]):
    """Ids in ascending order: `letters` UTF-8 bytes, `starts` (n + 1,) where each begins."""

    letters: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, ids: Sequence[str]) -> Self:
        """Of ids that ascend."""
        encoded = [id_.encode() for id_ in ids]
        starts = np.zeros(len(ids) + 1, np.int64)
        np.cumsum([len(id_) for id_ in encoded], out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._encoded(row).decode()

    def before(self, id_: str) -> int:
        """How many ids come before this one, which need not be there."""
        sought = id_.encode(errors="surrogatepass")  # in UTF-8 bytes ascend as letters do
        end = bisect_left(self._landmarks, sought) * _STRIDE
        start = max(end - _STRIDE, 0)
        return bisect_left(range(len(self)), sought, start, min(end, len(self)), key=self._encoded)

    def find(self, id_: str) -> int:
        """The row of an id; -1 where there is none."""
        row = self.before(id_)
        return row if row < len(self) and self[row] == id_ else -1

    @cached_property
    def _landmarks(self) -> list[bytes]:
        """Ids at a distance, so that most of the search goes without a look at the letters."""
        return [self._encoded(row) for row in range(0, len(self), _STRIDE)]

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        """The letters and the starts, to be looked at one by one, which arrays are slow at."""
        return self.letters.data, self.starts.data

    def _encoded(self, row: int) -> bytes:
        letters, starts = self._views
        return letters[starts[row] : starts[row + 1]].tobytes()


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


@dataclass(frozen=True)
class Packed(Generic[R]):
    """Rows of `kind` by ascending id; sparse columns hold steps of 2^-12, dense ones of 2^-11.

    `digests` (n,) uint64 tell of which state of its record each row was made; `files` are those of
    the sparse columns' `data` and `indices`, and of `dense`, where they lie in some.
    """

    kind: type[R]
    ids: Ids
    columns: Mapping[str, Any]
    digests: NDArray[np.uint64]
    files: Mapping[str, ArrayFiles] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: R, digests: Sequence[int] | None = None) -> Self:
        """Of rows in any order.

        Raises:
            ValueError: an id stands twice, or a weight is below 0 or beyond what 16 bits hold.
        """
        order = np.array(sorted(range(len(rows)), key=rows.ids.__getitem__), dtype=np.int64)
        ids = [rows.ids[i] for i in order]
        if len(set(ids)) < len(ids):
            raise ValueError("an id stands twice; expected one row for each")
        columns = {name: _packed(column[order]) for name, column in rows.columns().items()}
        seen = np.array(digests if digests is not None else np.zeros(len(rows)), np.uint64)
        return cls(type(rows), Ids.of(ids), columns, seen[order])

    def __len__(self) -> int:
        return len(self.ids)

    def freeze(self) -> None:
        """Let nobody write to the columns."""
        for column in self.columns.values():
            parts = (
                (column.data, column.indices, column.indptr)
                if isinstance(column, csr_array)
                else (column,)
            )
            for array in parts:
                array.flags.writeable = False

    def take(self, rows: Sequence[int] | NDArray[np.integer[Any]]) -> R:
        """The given rows as they are scored, in the order given."""
        picked = np.asarray(rows, np.int64)
        if self.files and len(picked) <= _FEW:
            columns = self._read(picked)
        else:
            columns = {name: _taken(column, picked) for name, column in self.columns.items()}
        return self.kind(ids=tuple(self.ids[i] for i in picked.tolist()), **columns)

    def _read(self, rows: NDArray[np.int64]) -> dict[str, Any]:
        """Rows as they are scored, from the files."""
        sparse, files = self._sparse, self.files
        found = {n: _unpacked(c[rows]) for n, c in self._other.items()}
        found["dense"] = _unpacked(files["dense"].read(rows[None], rows[None] + 1))
        both = np.concatenate([rows, rows + 1])
        lying = np.array([column.indptr[both] for column in sparse.values()], np.int64)
        lying = lying.reshape(len(sparse), 2, len(rows)).swapaxes(0, 1)
        firsts, ends = np.ascontiguousarray(lying)
        weights = files["data"].read(firsts, ends) * 2.0**-BITS
        columns = files["indices"].read(firsts, ends)
        starts = np.zeros((len(sparse), len(rows) + 1), np.int32)
        np.cumsum(ends - firsts, axis=1, out=starts[:, 1:])
        begin = 0
        for own, (name, column) in zip(starts, sparse.items(), strict=True):
            end = begin + int(own[-1])
            parts = weights[begin:end], columns[begin:end]
            found[name] = unchecked(*parts, own, column.shape[1])
            begin = end
        return found

    @cached_property
    def _sparse(self) -> dict[str, csr_array]:
        """The sparse columns, in the order of their files."""
        return {n: column for n, column in self.columns.items() if isinstance(column, csr_array)}

    @cached_property
    def _other(self) -> dict[str, NDArray[Any]]:
        """The columns that lie in no files of their own."""
        return {n: c for n, c in self.columns.items() if n not in self._sparse and n != "dense"}

    @cached_property
    def whole(self) -> R:
        """All rows as they are scored."""
        columns = {name: _unpacked(column) for name, column in self.columns.items()}
        return self.kind(ids=tuple(self.ids), **columns)

    @classmethod
    def join(cls, parts: Sequence[tuple[Self, NDArray[np.int64]]]) -> Self:
        """The given rows of one or more, no id twice, by ascending id."""
        ids = [packed.ids[row] for packed, rows in parts for row in rows.tolist()]
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
        columns = {
            name: _picked(_stacked([_picked(p.columns[name], rows) for p, rows in parts]), order)
            for name in parts[0][0].columns
        }
        digests = np.concatenate([packed.digests[rows] for packed, rows in parts])
        return cls(parts[0][0].kind, Ids.of([ids[i] for i in order]), columns, digests[order])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays by name, for `restore`."""
        found: dict[str, NDArray[Any]] = {
            "ids.letters": self.ids.letters,
            "ids.starts": self.ids.starts,
            "digests": self.digests,
        }
        for name, column in self.columns.items():
            if isinstance(column, csr_array):
                found[f"{name}.data"] = column.data
                found[f"{name}.indices"] = column.indices
                found[f"{name}.indptr"] = column.indptr
                found[f"{name}.width"] = np.array([column.shape[1]])
            else:
                found[name] = column
        return found

    @classmethod
    def restore(cls, kind: type[R], arrays: Arrays, folder: tuple[Path, str] | None = None) -> Self:
        """What `arrays` gave; `folder` is where they lie in files, and how their names begin."""
        ids = Ids(arrays["ids.letters"], arrays["ids.starts"])
        columns: dict[str, Any] = {}
        for column in dataclasses.fields(kind):
            name = column.name
            if name == "ids":
                continue
            if column.type == "csr_array":
                columns[name] = _csr(
                    arrays[f"{name}.data"],
                    arrays[f"{name}.indices"],
                    arrays[f"{name}.indptr"],
                    int(arrays[f"{name}.width"][0]),
                )
            else:
                columns[name] = arrays[name]
        files: dict[str, ArrayFiles] = {}
        if folder is not None:
            sparse = [name for name, column in columns.items() if isinstance(column, csr_array)]
            lying = {part: [f"{name}.{part}" for name in sparse] for part in ("data", "indices")}
            for part, names in (lying | {"dense": ["dense"]}).items():
                paths = [folder[0] / f"{folder[1]}{name}.npy" for name in names]
                files[part] = ArrayFiles(paths)
        return cls(kind, ids, columns, arrays["digests"], files)


def frozen(arrays: Arrays) -> Arrays:
    """The same arrays, which nobody can write to."""
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def _packed(column: Any) -> Any:
    if isinstance(column, csr_array):
        steps = np.rint(column.data * 2**BITS)
        if len(steps) and not (steps.min() >= 0 and steps.max() < 2**16):
            raise ValueError(f"a weight of {column.data.max()}, expected in [0, {2**4})")
        return _csr(
            steps.astype(np.uint16),
            column.indices.astype(np.int32),
            column.indptr.astype(np.int32 if column.nnz < 2**31 else np.int64),
            column.shape[1],
        )
    if column.dtype == np.float32:
        return np.rint(column * np.float32(2**DENSE_BITS)).astype(np.int16)
    return column


def _unpacked(column: Any) -> Any:
    if isinstance(column, csr_array):
        weights = column.data * 2.0**-BITS
        return csr_array((weights, column.indices, column.indptr), shape=column.shape)
    if column.dtype == np.int16:
        return column * np.float32(2.0**-DENSE_BITS)
    return np.asarray(column)


def _taken(column: Any, rows: NDArray[np.int64]) -> Any:
    """The rows as they are scored."""
    if not isinstance(column, csr_array):
        return _unpacked(column[rows])
    data, columns, starts = _cut(column, rows)
    return csr_array((data * 2.0**-BITS, columns, starts), shape=(len(rows), column.shape[1]))


def _picked(column: Any, rows: NDArray[np.int64]) -> Any:
    """The rows as they lie."""
    if not isinstance(column, csr_array):
        return column[rows]
    data, columns, starts = _cut(column, rows)
    return _csr(data, columns, starts, column.shape[1])


def _cut(matrix: csr_array, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
    """Data, columns and starts of some rows."""
    starts = matrix.indptr[rows]
    counts = matrix.indptr[rows + 1] - starts
    ends = np.zeros(len(rows) + 1, matrix.indptr.dtype)
    np.cumsum(counts, out=ends[1:])
    if len(rows) == 1:
        cells: Any = slice(starts[0], starts[0] + counts[0])
    else:
        cells = np.repeat(starts - ends[:-1], counts) + np.arange(ends[-1])
    return matrix.data[cells], matrix.indices[cells], ends


def _stacked(parts: Sequence[Any]) -> Any:
    if not isinstance(parts[0], csr_array):
        return np.concatenate(parts)
    counts = np.concatenate([np.diff(part.indptr) for part in parts])
    starts = np.zeros(len(counts) + 1, parts[0].indptr.dtype)
    np.cumsum(counts, out=starts[1:])
    data, columns = (np.concatenate([getattr(p, n) for p in parts]) for n in ("data", "indices"))
    return _csr(data, columns, starts, parts[0].shape[1])


def _csr(
    data: NDArray[np.uint16],
    columns: NDArray[np.int32],
    starts: NDArray[np.integer[Any]],
    width: int,
) -> csr_array:
    return csr_array((data, columns, starts), shape=(len(starts) - 1, width))
