"""What a question or an answer on a task may say, and until when it is corrected.

The rules are those of the product itself; no regulation speaks of such talk.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

TIME_TO_CORRECT = timedelta(minutes=15)
"""How long an author may correct a text that others may have read; later it is taken back."""


def refusals(text: str, *, most: int) -> dict[str, str]:
    """Why a text cannot be kept: ``{"text": sentence}``; ``most`` counts characters."""
    if not text:
        return {"text": _("Write what you want to ask or say.")}
    if len(text) > most:
        return {
            "text": _("At most %(limit)s characters can be kept here; these are %(length)s.")
            % {"limit": most, "length": len(text)}
        }
    return {}


def is_correctable(written_at: datetime, at: datetime) -> bool:
    """Whether a text of that moment can still be corrected at another."""
    return at - written_at <= TIME_TO_CORRECT
