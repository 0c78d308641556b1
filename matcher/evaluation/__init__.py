"""Quality on a log: what people did next, and how high each ranker had put it."""

from matcher.evaluation.log import Log, opened
from matcher.evaluation.measured import Evaluation, evaluate
from matcher.evaluation.splits import Split

__all__ = ["Evaluation", "Log", "Split", "evaluate", "opened"]
