"""Shortage occupations: those that the operator of a service lists, and the vacancies of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from competent_data.formats.intake import FormatError
from competent_data.store import Store
from competent_data.taxonomy import occupations_named
from models.packed import Packed
from models.rows import JobRows

_COMMENT = re.compile(r"(?:^|\s)#.*")
"""Within a word it is none: '#' stands in many an id."""
_SHOWN = 5


def read_shortage(path: Path, store: Store) -> frozenset[str]:
    """The ids of all occupations that a list names: by id or ISCO code, one a line, # comments.

    Raises:
        OSError: there is no such file.
        FormatError: it is no UTF-8, names nothing, or names what the store does not hold.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} holds {error.object[error.start]:#x}, expected UTF-8") from error
    named = {
        number: name
        for number, line in enumerate(lines, 1)
        if (name := _COMMENT.sub("", line).strip())
    }
    found = occupations_named(store, set(named.values()))
    lost = [f"{name!r} in line {number}" for number, name in named.items() if not found[name]]
    if lost or not named:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise FormatError(
            f"{path}: found {', '.join(lost[:_SHOWN]) or 'no occupation'}{more}, expected ids of "
            "occupations in the store or ISCO codes that they bear, one a line"
        )
    return frozenset().union(*found.values())


def listed(ids: Collection[str], occupations: Mapping[str, int]) -> NDArray[np.float64]:
    """(O,): 1 at each occupation that is listed, by the columns of the occupations."""
    found = np.zeros(len(occupations))
    found[[occupations[id_] for id_ in ids if id_ in occupations]] = 1
    return found


def shortages(occupation: csr_array, listed: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(n,): 1 where the stated occupation, a row of (n, O), is `listed` (O,)."""
    return np.asarray(occupation @ listed > 0, np.uint8)


def marked(jobs: Packed[JobRows], listed: NDArray[np.float64]) -> Packed[JobRows]:
    """Rows with `shortage` as it is by a list of occupations (O,)."""
    column = np.zeros(len(jobs), np.uint8)
    if listed.any():  # else no more than ids need be looked at
        column = shortages(jobs.columns["occupation"], listed)
    return dataclasses.replace(jobs, plain={**jobs.plain, "shortage": column})
