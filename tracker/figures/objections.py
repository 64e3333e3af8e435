"""Objections as one person may read them: what citizens write may tell who they are."""

from collections.abc import Iterable

from tracker.models import Objection
from tracker.rules.personal import masked

__all__ = ["as_readable"]


def as_readable(rows: Iterable[Objection], *, whole: bool) -> list[Objection]:
    """The same rows, never to be saved, with the numbers in their texts masked unless ``whole``.

    Who reads them whole is said by ``access.read_objections_of``.
    """
    found = list(rows)
    for row in found:
        if not whole:
            row.content, row.settlement = masked(row.content), masked(row.settlement)
    return found
