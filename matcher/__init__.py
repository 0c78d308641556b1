"""What is done: suggestions, candidates, comparison, batch, the command line."""

from matcher.engine import Engine
from matcher.reasons import Reason
from matcher.settings import Settings
from matcher.suggestions import Suggestion, Suggestions

__all__ = ["Engine", "Reason", "Settings", "Suggestion", "Suggestions"]
