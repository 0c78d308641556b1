"""Rows as they lie on disk: whole grid steps in the smallest type, ids as bytes, sorted by id.

A third of the room of float rows, and mapped into memory: of what nobody asks for nothing is read.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from models.files import ArrayFile
from models.grid import DENSE_BITS
from models.rows import JobRows, PeopleRows
from models.sheaf import Arrays, Sheaf

R = TypeVar("R", PeopleRows, JobRows)
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


class _Columns(Mapping[str, Any]):
    """All columns by name, as they lie; a sparse one is put together when it is asked for."""

    def __init__(self, sheaf: Sheaf, plain: Arrays) -> None:
        self._sheaf, self._plain = sheaf, plain

    def __getitem__(self, name: str) -> Any:
        return self._sheaf.column(name) if name in self._sheaf.names else self._plain[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._sheaf.names
        yield from self._plain

    def __len__(self) -> int:
        return len(self._sheaf.names) + len(self._plain)


@dataclass(frozen=True)
class Packed(Generic[R]):
    """Rows of `kind` by ascending id: sparse columns in a `sheaf`, all others `plain`, by name;
    dense vectors are whole steps of 2^-11.

    `digests` (n,) uint64 tell of which state of its record each row was made; `dense` is the file
    of dense vectors, where they lie in one.
    """

    kind: type[R]
    ids: Ids
    sheaf: Sheaf
    plain: Arrays
    digests: NDArray[np.uint64]
    dense: ArrayFile | None = None

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
        columns = {name: column[order] for name, column in rows.columns().items()}
        sparse = {name: columns.pop(name) for name in _sparse(type(rows))}
        plain = {name: _packed(column) for name, column in columns.items()}
        seen = np.array(digests if digests is not None else np.zeros(len(rows)), np.uint64)
        return cls(type(rows), Ids.of(ids), Sheaf.of(sparse), plain, seen[order])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def columns(self) -> Mapping[str, Any]:
        """All columns as they lie, sparse ones as matrices of steps."""
        return _Columns(self.sheaf, self.plain)

    def freeze(self) -> None:
        """Let nobody write to the columns."""
        self.sheaf.freeze()
        for column in self.plain.values():
            column.flags.writeable = False

    def take(self, rows: Sequence[int] | NDArray[np.integer[Any]]) -> R:
        """The given rows as they are scored, in the order given."""
        picked = np.asarray(rows, np.int64)
        few = len(picked) <= _FEW
        found: dict[str, Any] = {
            name: _unpacked(column[picked])
            for name, column in self.plain.items()
            if name != "dense"
        }
        read = self.dense.read(picked, picked + 1) if few and self.dense else None
        found["dense"] = _unpacked(self.plain["dense"][picked] if read is None else read)
        sparse, lying = self.sheaf.take(picked, few=few)
        ids = tuple([self.ids[i] for i in picked.tolist()])
        taken = self.kind(ids=ids, **found, **sparse)
        if few:  # reasons ask for it, and would put it together again
            vars(taken)["lying"] = lying
        return taken

    @cached_property
    def whole(self) -> R:
        """All rows as they are scored."""
        return self.take(np.arange(len(self)))

    @classmethod
    def join(cls, parts: Sequence[tuple[Self, NDArray[np.int64]]]) -> Self:
        """The given rows of one or more, no id twice, by ascending id."""
        ids = [packed.ids[row] for packed, rows in parts for row in rows.tolist()]
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
        first = parts[0][0]
        sheaf = Sheaf.join([packed.sheaf.picked(rows) for packed, rows in parts]).picked(order)
        plain = {
            name: np.concatenate([packed.plain[name][rows] for packed, rows in parts])[order]
            for name in first.plain
        }
        digests = np.concatenate([packed.digests[rows] for packed, rows in parts])
        return cls(first.kind, Ids.of([ids[i] for i in order]), sheaf, plain, digests[order])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as plain arrays by name, for `restore`."""
        found: dict[str, NDArray[Any]] = {
            "ids.letters": self.ids.letters,
            "ids.starts": self.ids.starts,
            "digests": self.digests,
        }
        found |= {f"sparse.{name}": array for name, array in self.sheaf.arrays().items()}
        return found | dict(self.plain)

    @classmethod
    def restore(cls, kind: type[R], arrays: Arrays, folder: tuple[Path, str] | None = None) -> Self:
        """What `arrays` gave; `folder` is where they lie in files, and how their names begin."""
        paths: list[Path] = []
        if folder is not None:
            names = ("sparse.columns", "sparse.steps", "dense")
            paths = [folder[0] / f"{folder[1]}{name}.npy" for name in names]
        own = {n.removeprefix("sparse."): a for n, a in arrays.items() if n.startswith("sparse.")}
        sparse: tuple[str, ...] = _sparse(kind)
        sheaf = Sheaf.restore(sparse, own, paths[:2])
        others = [c.name for c in dataclasses.fields(kind) if c.name not in ("ids", *sparse)]
        plain = {name: arrays[name] for name in others}
        ids = Ids(arrays["ids.letters"], arrays["ids.starts"])
        dense = ArrayFile(paths[2]) if paths else None
        return cls(kind, ids, sheaf, plain, arrays["digests"], dense)


def frozen(arrays: Arrays) -> Arrays:
    """The same arrays, which nobody can write to."""
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def _sparse(kind: type[R]) -> tuple[str, ...]:
    """The names of the sparse columns."""
    return tuple(c.name for c in dataclasses.fields(kind) if c.type == "csr_array")


def _packed(column: NDArray[Any]) -> NDArray[Any]:
    if column.dtype == np.float32:
        return np.rint(column * np.float32(2**DENSE_BITS)).astype(np.int16)
    return column


def _unpacked(column: NDArray[Any]) -> NDArray[Any]:
    if column.dtype == np.int16:
        return column * np.float32(2.0**-DENSE_BITS)
    return column
