"""Suggesters: programs that propose mentions and quotes for a person to accept or reject.

Each step is a small module; all suggesters share one protocol, and a registry finds them.
"""

from annotator.suggest.base import Suggester, SuggestError
from annotator.suggest.registry import find_suggester, suggester_names

__all__ = ["SuggestError", "Suggester", "find_suggester", "suggester_names"]
