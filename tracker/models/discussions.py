"""Questions and answers on a task (问答): talk between office and units, apart from the record.

Nothing of it is counted, exported or entered in the ledger. A text is corrected or taken back by
its author; what it said before is kept in its history.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.choices import Addressee

__all__ = ["Answer", "Question"]

LONGEST_TEXT = 2000


class Remark(models.Model):
    """Something that a person wrote, as somebody of which unit, and whose attention it calls."""

    author = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="+", verbose_name=_("author")
    )
    unit = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("unit of the author"),
    )
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    written_at = models.DateTimeField(_("written at"))
    corrected_at = models.DateTimeField(_("corrected at"), null=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True)
    evidence = models.ForeignKey(
        "tracker.Evidence",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("file that it is about"),
    )
    mentions = models.ManyToManyField(
        "tracker.User", related_name="+", verbose_name=_("people mentioned")
    )
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.text[:60]


class QuestionQuerySet(models.QuerySet):
    def open(self):
        """Neither settled nor taken back."""
        return self.filter(settled_at=None, taken_back_at=None)

    def with_answered(self):
        """Each with ``is_answered``: whether somebody other than the asker has answered it."""
        others = Answer.objects.filter(question=OuterRef("pk"), taken_back_at=None)
        return self.annotate(is_answered=Exists(others.exclude(author=OuterRef("author"))))

    def unanswered(self):
        """Open, and nobody other than the asker has answered."""
        return self.open().with_answered().filter(is_answered=False)

    def in_order(self):
        """Those that wait for an answer first, then the other open ones, each the newest first."""
        return self.with_answered().order_by(
            F("settled_at").desc(nulls_first=True),
            F("taken_back_at").desc(nulls_first=True),
            "is_answered",
            "-written_at",
            "-pk",
        )


class Question(Remark):
    """A question on a task, and from whom an answer is awaited.

    With ``part`` it is between that unit and those who oversee it, and other units of the task do
    not see it; without one it is open to everybody who sees the task.
    """

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="questions", verbose_name=_("task")
    )
    part = models.ForeignKey(
        "tracker.Assignment",
        models.PROTECT,
        null=True,
        related_name="questions",
        verbose_name=_("part"),
    )
    addressee = models.CharField(_("asked of"), max_length=10, choices=Addressee)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        "tracker.User", models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = [
            models.Index(
                fields=["addressee", "part"],
                condition=Q(settled_at=None, taken_back_at=None),
                name="question_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="question_addressee", condition=Q(addressee__in=Addressee)),
            models.CheckConstraint(
                name="question_settled_iff_by",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def get_absolute_url(self):
        return f"{reverse('task-questions', args=[self.task.code])}#q{self.pk}"

    @property
    def is_settled(self):
        return self.settled_at is not None


class Answer(Remark):
    """An answer to a question, or what its asker adds to it."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="answers", verbose_name=_("question")
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def get_absolute_url(self):
        return self.question.get_absolute_url()
