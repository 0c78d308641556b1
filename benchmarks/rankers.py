"""Rankers that learn from the same choices: ours, a logistic regression, LightGBM, CatBoost.

Each learns from one part, chooses its settings on a second and is measured on a third. Needs
`pip install "competent-matcher[benchmark]"`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import catboost
import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from matcher.measures import ndcg
from models.card_file import CardFile, LearntFrom
from models.card_learning import Choices, learn
from models.scorecard import PUBLISHED, Scorecard

Floats = NDArray[np.float64]
Score = Callable[[Choices], Floats]
NAMES = [line.name for line in PUBLISHED]
ROUNDS, PATIENCE = 1000, 100
LEAVES, LEAST_IN_LEAF = (7, 15, 31), (50, 200)
LOSSES = (
    ("QuerySoftMax", 4),
    ("QuerySoftMax", 6),
    ("PairLogit", 4),
    ("PairLogit", 6),
    ("YetiRank", 4),
)
PENALTIES = (0.01, 0.1, 1.0, 10.0)


@dataclass(frozen=True)
class Ranker:
    """One way to rank: `size` in bytes as saved, `seconds` to learn with settings as chosen, and
    how many settings were tried."""

    name: str
    score: Score
    size: int = 0
    seconds: float = 0.0
    tried: int = 1


def rankers(train: Choices, chosen_on: Choices, seed: int) -> Iterator[Ranker]:
    """Every way, floors first."""
    random = np.random.default_rng(seed)
    yield Ranker("random", lambda choices: random.random(len(choices.chosen)))
    yield Ranker("published card", _by(Scorecard()))
    yield _logistic(train, chosen_on)
    yield _lightgbm(train, chosen_on, seed, monotone=False)
    yield _lightgbm(train, chosen_on, seed, monotone=True)
    yield _catboost(train, chosen_on, seed)
    yield ours(train, "ours, learnt card")


def ours(train: Choices, name: str) -> Ranker:
    """The learnt scorecard; it has no settings to choose."""
    started = time.perf_counter()
    card = learn(train)
    seconds = time.perf_counter() - started
    origin = LearntFrom(events=0, people=0, pairs=0, left_out=0, until=None, digest="0" * 64)
    size = len(CardFile.of(card, "undecided", origin, {}).text())
    return Ranker(name, _by(card), size, seconds)


def measures(choices: Choices, scores: Floats, wanted: NDArray[np.int64] | None = None) -> Floats:
    """nDCG@10 of each list, ties by place: (n,); `wanted` (n,) right ones in all, where some are
    not in the list."""
    found = []
    for i, (start, end) in enumerate(zip(choices.starts[:-1], choices.starts[1:], strict=True)):
        chosen = choices.chosen[start:end]
        relevant = chosen[np.argsort(-scores[start:end], kind="stable")]
        found.append(ndcg(relevant, int(chosen.sum() if wanted is None else wanted[i])))
    return np.array(found)


def _by(card: Scorecard) -> Score:
    return lambda choices: card.scores(choices.values)


def _table(choices: Choices) -> Floats:
    return np.stack([choices.values[name] for name in NAMES], axis=1)


def _mean(choices: Choices, score: Score) -> float:
    return float(measures(choices, score(choices)).mean())


def _best(found: Sequence[tuple[float, Ranker]]) -> Ranker:
    ranker = max(found, key=lambda pair: pair[0])[1]
    return Ranker(ranker.name, ranker.score, ranker.size, ranker.seconds, len(found))


def _logistic(train: Choices, chosen_on: Choices) -> Ranker:
    """On differences of raw signals, chosen less left; unknown ones stand at the mean."""
    known = ~np.isnan(_table(train))
    means = np.nan_to_num(_table(train)).sum(axis=0) / np.maximum(known.sum(axis=0), 1)

    def filled(choices: Choices) -> Floats:
        table = _table(choices)
        return np.where(np.isnan(table), means, table)

    table, sizes = filled(train), np.diff(train.starts)
    first = np.repeat(train.starts[:-1], sizes)
    pairs, weights = [], []
    for row in np.flatnonzero(train.chosen):
        own = np.flatnonzero(first == first[row])
        left = own[~train.chosen[own]]
        pairs.append(table[row] - table[left])
        weights.append(np.full(len(left), 1 / len(left) / (len(own) - len(left))))
    apart, weight = np.concatenate(pairs), np.concatenate(weights)
    found = []
    for penalty in PENALTIES:
        started = time.perf_counter()
        model = LogisticRegression(C=penalty, fit_intercept=False, max_iter=1000)
        model.fit(
            np.concatenate([apart, -apart]),
            np.repeat([1, 0], len(apart)),
            sample_weight=np.concatenate([weight, weight]),
        )
        taken = time.perf_counter() - started
        weighed = model.coef_[0]

        def score(choices: Choices, weighed: Floats = weighed) -> Floats:
            return np.asarray(filled(choices) @ weighed)

        size = 8 * 2 * len(weighed)
        found.append((_mean(chosen_on, score), Ranker("logistic regression", score, size, taken)))
    return _best(found)


def _lightgbm(train: Choices, chosen_on: Choices, seed: int, *, monotone: bool) -> Ranker:
    name = "LightGBM lambdarank" + (", monotone" if monotone else "")
    found = []
    for leaves in LEAVES:
        for least in LEAST_IN_LEAF:
            settings: dict[str, Any] = {
                "objective": "lambdarank",
                "metric": "ndcg",
                "eval_at": [10],
                "lambdarank_truncation_level": 20,
                "learning_rate": 0.05,
                "num_leaves": leaves,
                "min_data_in_leaf": least,
                "num_threads": 1,
                "seed": seed,
                "deterministic": True,
                "verbose": -1,
            }
            if monotone:
                settings["monotone_constraints"] = [1] * len(NAMES)
            started = time.perf_counter()
            model = lightgbm.train(
                settings,
                _lists(train),
                ROUNDS,
                valid_sets=[_lists(chosen_on)],
                callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
            )
            taken = time.perf_counter() - started

            def score(choices: Choices, model: lightgbm.Booster = model) -> Floats:
                return np.asarray(model.predict(_table(choices), num_threads=1))

            size = len(model.model_to_string())
            found.append((_mean(chosen_on, score), Ranker(name, score, size, taken)))
    return _best(found)


def _lists(choices: Choices) -> lightgbm.Dataset:
    labels = choices.chosen.astype(np.int32)
    return lightgbm.Dataset(_table(choices), labels, group=np.diff(choices.starts))


def _catboost(train: Choices, chosen_on: Choices, seed: int) -> Ranker:
    found = []
    for loss, depth in LOSSES:
        model = catboost.CatBoost(
            {
                "loss_function": loss,
                "eval_metric": "NDCG:top=10",
                "depth": depth,
                "learning_rate": 0.05,
                "iterations": ROUNDS,
                "od_type": "Iter",
                "od_wait": PATIENCE,
                "thread_count": 1,
                "random_seed": seed,
                "verbose": 0,
                "allow_writing_files": False,
            }
        )
        started = time.perf_counter()
        model.fit(_pool(train), eval_set=_pool(chosen_on))
        taken = time.perf_counter() - started

        def score(choices: Choices, model: catboost.CatBoost = model) -> Floats:
            return np.asarray(model.predict(_table(choices), thread_count=1))

        size = len(model._serialize_model())
        found.append((_mean(chosen_on, score), Ranker("CatBoost", score, size, taken)))
    return _best(found)


def _pool(choices: Choices) -> catboost.Pool:
    lists = np.repeat(np.arange(len(choices)), np.diff(choices.starts))
    return catboost.Pool(_table(choices), choices.chosen.astype(np.int32), group_id=lists)
