"""How many questions on a task are open, and how many of them wait for an answer."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tracker import access
from tracker.models import User


def counts(user: User) -> dict[str, Coalesce]:
    """Annotations of tasks: ``open_questions`` in sight of ``user``, and those ``unanswered``."""
    own = access.visible_questions(user).filter(task=OuterRef("pk"))
    return {"open_questions": _number(own.open()), "unanswered": _number(own.unanswered())}


def _number(questions: QuerySet) -> Coalesce:
    counted = questions.order_by().values("task").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())
