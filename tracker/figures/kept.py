"""Answers kept in memory for as long as the record stands still.

What stands around every page (the tree of a day, the counts of the navigation) is asked for far
more often than anything is entered. Every entry moves the end of the chain, so an answer kept
under the digest of that end is true as long as it is found.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from tracker.models import EventHead

__all__ = ["forget", "kept"]

MOST = 200
Answer = TypeVar("Answer")

_answers: OrderedDict[Hashable, Any] = OrderedDict()


def kept(request: Any, question: Hashable, answer: Callable[[], Answer]) -> Answer:
    """``answer()``, unless it was found for the same ``question`` since the last entry.

    The end of the chain is looked up once for a ``request``. Nobody may change what is returned:
    others are given the same.
    """
    if not hasattr(request, "record_end"):
        request.record_end = EventHead.objects.values_list("digest", flat=True).first()
    key = request.record_end, question
    if key in _answers:
        found: Answer = _answers[key]
        return found
    made = _answers[key] = answer()
    while len(_answers) > MOST:
        _answers.popitem(last=False)
    return made


def forget() -> None:
    """Begin anew."""
    _answers.clear()
