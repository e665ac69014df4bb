"""Suggesters: what may be marked in an article, for a person to accept or reject.

One small module for each step, one protocol for all suggesters, and a registry that finds them.
"""

from annotator.suggest.base import Suggester, SuggestError
from annotator.suggest.registry import find_suggester, suggester_names

__all__ = ["SuggestError", "Suggester", "find_suggester", "suggester_names"]
