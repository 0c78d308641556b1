"""What was fitted, as a folder that a person can look into: `manifest.json` and arrays.

No class of ours is pickled: arrays are `.npy`, mapped into memory, words are JSON.
The manifest names format, parameters, the digest of the taxonomies and of every file; what does
not fit is refused with both values.

The name of an artefact is a link to its folder, so that a new one takes the place of the old one in
a single step; whoever reads the old one goes on with it, and it is taken away one artefact later.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from xxhash import xxh3_128

from models.encoder import EncoderSettings
from models.index import JobIndex, PeopleIndex
from models.neighbours import Neighbours, NeighbourSettings
from models.occupations import Spoken
from models.packed import Packed
from models.pretrained import SecondOpinion, pretrained
from models.rows import JobRows, PeopleRows
from models.vectoriser import Vectoriser

FORMAT = 8


class ArtefactError(ValueError):
    """There is no artefact, or it does not fit; says what was found and what was expected."""


@dataclass(frozen=True)
class Fitted:
    """A fitted vectoriser with the rows made by it, each with the digest of the record that it was
    made of; `store` and `change` tell the store that they were read from, and how far.
    `neighbours` are who is near whom, None where nobody's events were looked at."""

    vectoriser: Vectoriser
    people: PeopleIndex
    jobs: JobIndex
    taxonomy_digest: str
    store: str = ""
    change: int = 0
    neighbours: Neighbours | None = None

    @classmethod
    def bare(cls, vectoriser: Vectoriser, taxonomy_digest: str) -> Self:
        """Without any rows, so that all are read anew."""
        people, jobs = Packed.of(vectoriser.people([])), Packed.of(vectoriser.jobs([]))
        return cls(vectoriser, PeopleIndex(people), JobIndex(jobs), taxonomy_digest)


@dataclass(frozen=True)
class Late:
    """Rows of what came or changed after an artefact, up to a number of change.

    `licences` are the names of the columns of licences, of which the newest came late.
    """

    people: Packed[PeopleRows]
    jobs: Packed[JobRows]
    licences: tuple[str, ...]
    store: str
    change: int


def save(fitted: Fitted, folder: Path) -> None:
    """Write an artefact; the one that stood there before is replaced in one step."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        writer = _Writer(fresh)
        _write(fitted, writer)
        manifest = {
            "format": FORMAT,
            "parameters": dataclasses.asdict(fitted.vectoriser.encoder.settings),
            "taxonomy": fitted.taxonomy_digest,
            "encoders": _encoders(fitted.vectoriser),
            "store": fitted.store,
            "change": fitted.change,
            "people": len(fitted.people),
            "jobs": len(fitted.jobs),
            "neighbours": _neighbours(fitted),
            "files": writer.digests,
        }
        text = json.dumps(manifest, indent=1) + "\n"
        (fresh / "manifest.json").write_text(text, "utf-8")
        version = f"{folder.name}.{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        _replace(folder, fresh, folder.with_name(version))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _replace(folder: Path, fresh: Path, version: Path) -> None:
    """Let `folder` be a link to what is fresh; keep what it linked to, take older ones away."""
    before = folder.resolve() if folder.is_symlink() else None
    if version.exists():
        shutil.rmtree(fresh)  # the same, to the bit
    else:
        fresh.rename(version)
    link = folder.with_name(f".{folder.name}.{os.getpid()}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(version.name)
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)  # an older format, which was no link
    link.replace(folder)
    for old in folder.parent.glob(f"{folder.name}.{'[0-9a-f]' * 12}"):
        if old not in (version, before):
            shutil.rmtree(old, ignore_errors=True)


def version(folder: Path) -> str:
    """Tells one artefact at a folder from the next."""
    return folder.resolve().name


def load(folder: Path, taxonomy_digest: str) -> Fitted:
    """Read an artefact that was fitted on the taxonomies of that digest.

    Raises:
        ArtefactError: there is none, it is of another format, was fitted on other taxonomies, or
            a file was changed.
        EncoderMissing: it was fitted with a pretrained encoder that is not installed.
    """
    named, folder = folder, folder.resolve()
    try:
        manifest = _manifest(folder)
    except OSError:
        raise ArtefactError(f"nothing is fitted at {named}; run matcher fit first") from None
    except ValueError as error:
        raise ArtefactError(
            f"{named}/manifest.json is damaged ({error}); run matcher fit"
        ) from error
    if manifest.get("format") != FORMAT:
        raise ArtefactError(
            f"{named} has format {manifest.get('format')}, expected {FORMAT}; run matcher fit again"
        )
    if manifest.get("taxonomy") != taxonomy_digest:
        raise ArtefactError(
            f"{named} was fitted on taxonomies {manifest.get('taxonomy')}, the store now holds "
            f"{taxonomy_digest}; run matcher fit again"
        )
    return _read(_Reader(folder, manifest["files"]), manifest)


def fitted_on(folder: Path) -> str | None:
    """The digest of the taxonomies that an artefact was fitted on; None where there is none."""
    try:
        manifest = _manifest(folder)
    except (OSError, ValueError):
        return None
    return str(manifest["taxonomy"]) if manifest.get("format") == FORMAT else None


def _encoders(vectoriser: Vectoriser) -> list[str]:
    """The pretrained encoders whose opinion is heeded."""
    opinion = vectoriser.opinion
    return [] if opinion is None else [encoder.name for encoder in opinion.encoders]


def _neighbours(fitted: Fitted) -> dict[str, Any] | None:
    found = fitted.neighbours
    if found is None:
        return None
    size = {"people": len(found.people), "vacancies": len(found.vacancies)}
    return size | {"parameters": dataclasses.asdict(found.settings)}


def _manifest(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "manifest.json").read_text("utf-8"))
    if isinstance(found, dict):
        return found
    raise ValueError(f"found {type(found).__name__}, expected an object")


class _Writer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.digests: dict[str, str] = {}

    def array(self, name: str, array: NDArray[Any]) -> None:
        path = self.folder / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        self.digests[path.name] = _digest(path)

    def sparse(self, name: str, matrix: csr_array) -> None:
        self.array(f"{name}.data", matrix.data)
        self.array(f"{name}.indices", matrix.indices.astype(np.int32))
        self.array(f"{name}.indptr", matrix.indptr.astype(np.int64))
        self.array(f"{name}.shape", np.array(matrix.shape, dtype=np.int64))

    def words(self, name: str, value: object) -> None:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        self.digests[path.name] = _digest(path)


class _Reader:
    def __init__(self, folder: Path, digests: dict[str, str]) -> None:
        self.folder = folder
        self.digests = digests

    def array(self, name: str) -> Any:
        # A plain array over the mapped file: the subclass that numpy makes costs time at each use.
        return np.asarray(np.load(self._checked(f"{name}.npy"), mmap_mode="r", allow_pickle=False))

    def arrays(self, group: str) -> dict[str, NDArray[Any]]:
        """All arrays of a group, by what follows its name."""
        names = [name.removesuffix(".npy") for name in self.digests if name.startswith(group)]
        return {name.removeprefix(group): self.array(name) for name in names}

    def sparse(self, name: str) -> csr_array:
        rows, columns = self.array(f"{name}.shape")
        return csr_array(
            (
                self.array(f"{name}.data"),
                self.array(f"{name}.indices"),
                self.array(f"{name}.indptr"),
            ),
            shape=(int(rows), int(columns)),
        )

    def words(self, name: str) -> Any:
        return json.loads(self._checked(f"{name}.json").read_text("utf-8"))

    def _checked(self, name: str) -> Path:
        path = self.folder / name
        found = self._found.get(name, "nothing")
        if found != self.digests.get(name):
            raise ArtefactError(
                f"{path} has digest {found}, the manifest says {self.digests.get(name)}; "
                "run matcher fit again"
            )
        return path

    @cached_property
    def _found(self) -> dict[str, str]:
        """The digests of all files, worked out side by side: of gigabytes that takes a while."""
        paths = [path for name in self.digests if (path := self.folder / name).exists()]
        with ThreadPoolExecutor() as pool:
            return dict(zip((path.name for path in paths), pool.map(_digest, paths), strict=True))


def _digest(path: Path) -> str:
    """Tells a damaged file from a whole one, at the speed of memory; it is no seal against people:
    whoever can change a file can change the manifest too."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, xxh3_128).hexdigest()


_SPARSE = ("related_", "closeness_", "profile_", "essential_")


def _write(fitted: Fitted, writer: _Writer) -> None:
    v = fitted.vectoriser
    writer.words("features", list(v.encoder.features_))
    writer.words("counts", sorted(v.encoder.counts_.items()))
    writer.array("feature_idf", v.encoder.idf_)
    writer.array("feature_vectors", v.encoder.vectors_)
    writer.array("feature_steps", v.encoder.steps_)
    writer.words("stems", list(v.linker.stems_))
    writer.words("single", v.linker.single_)
    for name in _LINKER_ARRAYS:
        writer.array(f"linker_{name}", getattr(v.linker, f"{name}_"))
    writer.array("bodies", v.reader.bodies_)
    writer.array("concepts", v.competence_reader.concepts_)
    writer.array("prior", v.competence_reader.prior_)
    for lang, spoken in v.reader.spoken_.items():
        for column, array in _fields(spoken):
            writer.array(f"spoken_{lang}_{column}", array)
    writer.words("languages", list(v.reader.spoken_))
    if v.opinion is not None:
        for name in _OPINION_ARRAYS:
            writer.array(f"opinion_{name}", getattr(v.opinion, f"{name}_"))
    writer.words("competences", list(v.competences_))
    writer.words("occupations", list(v.occupations_))
    writer.words("licences", list(v.licences_))
    writer.words("words", sorted(v.words_, key=v.words_.__getitem__))
    writer.array("idf", v.idf_)
    writer.array("specificity", v.specificity_)
    for name in _SPARSE:
        writer.sparse(name.strip("_"), getattr(v, name))
    for side, index in (("people", fitted.people), ("jobs", fitted.jobs)):
        for name, array in index.packed.arrays().items():
            writer.array(f"{side}_{name}", array)
        for name, array in index.arrays.items():
            writer.array(f"{side}-index_{name}", array)
    if fitted.neighbours is not None:
        for name, array in fitted.neighbours.plain().items():
            writer.array(f"neighbours_{name}", array)


_OPINION_ARRAYS = ("centres", "occupations", "competences")
_LINKER_ARRAYS = ("hashes", "owners", "sure", "rare", "rare_label", "words")


def _read(reader: _Reader, manifest: dict[str, Any]) -> Fitted:
    v = Vectoriser(EncoderSettings(**manifest["parameters"]))
    v.encoder.restore(
        reader.words("features"),
        reader.array("feature_idf"),
        reader.array("feature_vectors"),
        dict(reader.words("counts")),
        reader.array("feature_steps"),
    )
    v.linker.stems_ = {stem: i + 1 for i, stem in enumerate(reader.words("stems"))}
    v.linker.single_ = tuple(reader.words("single"))
    for name in _LINKER_ARRAYS:
        setattr(v.linker, f"{name}_", reader.array(f"linker_{name}"))
    v.reader.bodies_ = reader.array("bodies")
    v.competence_reader.concepts_ = reader.array("concepts")
    v.competence_reader.prior_ = reader.array("prior")
    for lang in reader.words("languages"):
        columns = {
            f.name: reader.array(f"spoken_{lang}_{f.name}") for f in dataclasses.fields(Spoken)
        }
        v.reader.spoken_[lang] = Spoken(**columns)
    if manifest["encoders"]:
        opinion = SecondOpinion([pretrained(name) for name in manifest["encoders"]])
        for name in _OPINION_ARRAYS:
            setattr(opinion, f"{name}_", reader.array(f"opinion_{name}"))
        v.heed(opinion)
    for name in ("competences", "occupations", "licences", "words"):
        setattr(v, f"{name}_", {word: i for i, word in enumerate(reader.words(name))})
    v.idf_ = reader.array("idf")
    v.specificity_ = reader.array("specificity")
    for name in _SPARSE:
        setattr(v, name, reader.sparse(name.strip("_")))
    folder = reader.folder
    people = Packed.restore(PeopleRows, reader.arrays("people_"), (folder, "people_"))
    jobs = Packed.restore(JobRows, reader.arrays("jobs_"), (folder, "jobs_"))
    return Fitted(
        vectoriser=v,
        people=PeopleIndex(people, arrays=reader.arrays("people-index_")),
        jobs=JobIndex(jobs, arrays=reader.arrays("jobs-index_")),
        taxonomy_digest=manifest["taxonomy"],
        store=manifest["store"],
        change=manifest["change"],
        neighbours=_read_neighbours(reader, manifest["neighbours"]),
    )


def _read_neighbours(reader: _Reader, said: dict[str, Any] | None) -> Neighbours | None:
    if said is None:
        return None
    return Neighbours.restore(reader.arrays("neighbours_"), NeighbourSettings(**said["parameters"]))


_LATE = "late.npz"


def save_late(late: Late, folder: Path) -> None:
    """Keep what came after an artefact beside it; the file appears whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {
        "store": np.frombuffer(late.store.encode(), np.uint8),
        "change": np.array([late.change]),
        "licences": np.frombuffer("\n".join(late.licences).encode(), np.uint8),
    }
    for side, packed in (("people", late.people), ("jobs", late.jobs)):
        arrays |= {f"{side}_{name}": array for name, array in packed.arrays().items()}
    path = folder.resolve() / _LATE
    fresh = path.with_name(f".{_LATE}.{os.getpid()}")
    with fresh.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    fresh.replace(path)


def load_late(folder: Path) -> Late | None:
    """What was kept; None where there is nothing, or nothing that can be read."""
    try:
        with (
            (folder.resolve() / _LATE).open("rb") as file,
            np.load(file, allow_pickle=False) as kept,
        ):
            arrays = dict(kept)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile):
        return None
    sides = {
        side: {n.removeprefix(side): a for n, a in arrays.items() if n.startswith(side)}
        for side in ("people_", "jobs_")
    }
    return Late(
        Packed.restore(PeopleRows, sides["people_"]),
        Packed.restore(JobRows, sides["jobs_"]),
        tuple(arrays["licences"].tobytes().decode().split("\n")),
        arrays["store"].tobytes().decode(),
        int(arrays["change"][0]),
    )


def _fields(record: Any) -> Iterator[tuple[str, Any]]:
    for column in dataclasses.fields(record):
        yield column.name, getattr(record, column.name)
