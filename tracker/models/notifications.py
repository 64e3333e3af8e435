"""What people are told, in the list and by mail."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.choices import NotificationKind, Telling

__all__ = ["Bookmark", "DailyMail", "Notification", "NotificationChoice"]


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def unmailed(self):
        """What can still come in a mail."""
        return self.unread().filter(mailed_at=None)


class Notification(models.Model):
    """Something a person is told once; ``key`` keeps it from being said again.

    Its words are put together when it is read, in the language of the reader. Where ``details``
    hold a ``count``, so many tasks are told of together; where they hold ``units``, so many units.
    """

    SAYS = {
        NotificationKind.ISSUED: _("%(task)s was issued to %(unit)s. Sign for it."),
        NotificationKind.CALL_OPENED: _("%(call)s is open. Reports are due on %(due)s."),
        NotificationKind.CALL_DUE: _("%(call)s is due on %(due)s. %(unit)s: %(open)s to report."),
        NotificationKind.CALL_LATE: _("%(call)s was due on %(due)s. %(unit)s: %(open)s missing."),
        NotificationKind.TO_SIGN: _("%(unit)s: the report on %(task)s is to be signed off."),
        NotificationKind.TO_REVIEW: _("%(unit)s: the report on %(task)s is to be reviewed."),
        NotificationKind.REPORT_RETURNED: _("The report on %(task)s came back: %(reason)s"),
        NotificationKind.TO_CONFIRM: _("%(unit)s reports that %(task)s is completed."),
        NotificationKind.COMPLETION_RETURNED: _("%(task)s is not completed yet: %(reason)s"),
        NotificationKind.COMPLETED: _("The completion of %(task)s by %(unit)s is confirmed."),
        NotificationKind.DEADLINE_NEAR: _("%(task)s is due on %(due)s. Responsible: %(unit)s."),
        NotificationKind.DEADLINE_PASSED: _(
            "%(task)s was due on %(due)s and is not completed. Responsible: %(unit)s."
        ),
        NotificationKind.TO_ACCEPT: _("%(unit)s applies for the closure of %(task)s."),
        NotificationKind.APPLICATION_RETURNED: _(
            "The application to close %(task)s came back: %(reason)s"
        ),
        NotificationKind.PRE_ACCEPTED: _("%(task)s passed the county's acceptance (%(unit)s)."),
        NotificationKind.ACCEPTANCE_FAILED: _("%(task)s did not pass acceptance: %(reason)s"),
        NotificationKind.ACCEPTANCE_PASSED: _(
            "%(task)s passed acceptance (%(unit)s). The public notice can be published."
        ),
        NotificationKind.OBJECTION_RECEIVED: _("There is an objection to closing %(task)s."),
        NotificationKind.OBJECTION_UPHELD: _(
            "An objection to closing %(task)s was upheld: %(reason)s"
        ),
        NotificationKind.CLOSED: _("%(task)s is closed (%(unit)s)."),
        NotificationKind.REOPENED: _("%(task)s is taken up again (%(unit)s): %(reason)s"),
        NotificationKind.EXTENSION_ASKED: _("%(unit)s asks to extend the deadline of %(task)s."),
        NotificationKind.EXTENDED: _("The deadline of %(task)s was extended."),
        NotificationKind.EXTENSION_REFUSED: _(
            "The deadline of %(task)s is not extended: %(reason)s"
        ),
        NotificationKind.STANDING_DUE: _(
            "%(task)s is a standing task: %(unit)s has to confirm by %(due)s that its result holds."
        ),
        NotificationKind.ASKED: _("%(person)s asks about %(task)s."),
        NotificationKind.ANSWERED: _("%(person)s answered about %(task)s."),
        NotificationKind.MENTIONED: _("%(person)s mentions you on %(task)s."),
        NotificationKind.DEPUTISED: _("You stand in for %(person)s until %(until)s."),
        NotificationKind.EXPORT_DONE: _("%(name)s is ready. It is kept until %(until)s."),
        NotificationKind.EXPORT_FAILED: _("%(name)s could not be made. The page says why."),
    }
    SAYS_OF_UNITS = {
        NotificationKind.CALL_DUE: _(
            "%(call)s is due on %(due)s. %(units)s units have %(open)s reports to make."
        ),
        NotificationKind.CALL_LATE: _(
            "%(call)s was due on %(due)s. %(open)s reports of %(units)s units are missing."
        ),
    }
    SAYS_OF_MANY = _("%(count)s tasks, the first of them %(task)s.")

    person = models.ForeignKey(
        "tracker.User", models.CASCADE, related_name="notifications", verbose_name=_("person")
    )
    kind = models.CharField(_("what"), max_length=30, choices=NotificationKind)
    key = models.CharField(max_length=100, editable=False)
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(_("address"), max_length=300)
    created_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)
    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notification_unread"),
        ]
        constraints = [
            # The key first: what an annulled entry told of is looked for by its key alone.
            models.UniqueConstraint(fields=["key", "person"], name="notification_told_once"),
        ]

    def __str__(self):
        return self.text

    @property
    def text(self):
        if "count" in self.details:
            return self.SAYS_OF_MANY % self.details
        if "units" in self.details:
            return self.SAYS_OF_UNITS[NotificationKind(self.kind)] % self.details
        return self.SAYS[NotificationKind(self.kind)] % self.details


class NotificationChoice(models.Model):
    """How a person wants to be told of one kind of thing, where it is not the usual way."""

    person = models.ForeignKey(
        "tracker.User",
        models.CASCADE,
        related_name="notification_choices",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("what"), max_length=30, choices=NotificationKind)
    way = models.CharField(_("how"), max_length=10, choices=Telling)

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="choice_once_of_kind"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.kind} {self.way}"


class DailyMail(models.Model):
    """The daily mail of one person: its language, and the last day that it was sent for.

    ``tried_at`` is when a process last took it upon itself to send it: for some minutes nobody
    else does.
    """

    person = models.OneToOneField(
        "tracker.User", models.CASCADE, related_name="daily_mail", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)
    last_on = models.DateField(_("last sent for"), null=True)
    tried_at = models.DateTimeField(_("last tried at"), null=True)

    class Meta:
        verbose_name = _("daily mail")
        verbose_name_plural = _("daily mails")

    def __str__(self):
        return f"{self.person_id} {self.last_on}"

    @classmethod
    def language_of(cls, person):
        """The language of a person's mails; Chinese until they choose another."""
        chosen = cls.objects.filter(person=person).values_list("language", flat=True)
        return chosen.first() or settings.LANGUAGE_CODE


class Bookmark(models.Model):
    """How far something that is done once and in order has come: an entry's number, or a day's.

    Whoever moves it on in a transaction of their own has done what lies between, and nobody else.
    """

    name = models.CharField(_("name"), max_length=20, unique=True)
    position = models.PositiveBigIntegerField(_("position"))

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")

    def __str__(self):
        return f"{self.name} {self.position}"
