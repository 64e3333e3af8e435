"""Rectification tasks, the units they are given to, their measures and milestones."""

from datetime import date

from django.db import models
from django.db.models import Avg, Case, F, Max, Min, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracker.choices import AssignmentStatus, DeadlineKind, Judgement, MeasureKind, ShownStatus
from tracker.models.progress import DispatchRound

__all__ = [
    "Assignment",
    "DeadlineChange",
    "Measure",
    "Milestone",
    "Task",
    "rounds_due",
    "shown_status",
]


def rounds_due(*days, known_at=None):
    """For each of ``days`` ``{inspection id: period from}`` of the last call due before it."""
    calls = DispatchRound.objects.filter(due_on__lt=max(days))
    if known_at is not None:
        calls = calls.filter(opened_at__lte=known_at)
    rows = list(calls.values_list("inspection_id", "due_on", "period_from"))
    return [_last_periods(rows, day) for day in days]


def _last_periods(rows, day):
    last: dict[int, date] = {}
    for inspection, due_on, period_from in rows:
        if due_on < day and period_from > last.get(inspection, date.min):
            last[inspection] = period_from
    return last


def shown_status(day, rounds, prefix=""):
    """The expression for the one word of a span on ``day``, as a ``ShownStatus``.

    The office's judgement wins as long as it is of the last call due, or of a later one. Otherwise
    the program suggests *behind* when a milestone was missed, when progress is too far under
    plan, or when the last call due went unanswered.
    """

    def span(**conditions):
        return Q(**{prefix + name: value for name, value in conditions.items()})

    judged = ~span(judgement="")
    silent = Q(pk__in=[])
    if rounds:
        without = ~span(inspection__in=list(rounds))
        fresh = without
        for inspection, period_from in rounds.items():
            of = span(inspection=inspection)
            fresh |= of & span(judged_for__gte=period_from)
            silent |= (
                of
                & span(start_on__lt=period_from)
                & (span(last_report_on=None) | span(last_report_on__lt=period_from))
            )
        judged &= fresh
    return Case(
        When(span(closed_on__isnull=False), then=Value(ShownStatus.CLOSED)),
        When(span(completed_on__isnull=False), then=Value(ShownStatus.AWAITING_CLOSURE)),
        When(span(due_on__lt=day), then=Value(ShownStatus.OVERDUE)),
        When(
            judged,
            then=Case(
                When(span(judgement=Judgement.BEHIND), then=Value(ShownStatus.BEHIND)),
                When(span(is_started=True), then=Value(ShownStatus.ON_SCHEDULE)),
                default=Value(ShownStatus.NOT_STARTED),
            ),
        ),
        When(span(lags_from__lte=day) | silent, then=Value(ShownStatus.BEHIND)),
        When(span(is_started=False), then=Value(ShownStatus.NOT_STARTED)),
        default=Value(ShownStatus.ON_SCHEDULE),
        output_field=models.PositiveSmallIntegerField(),
    )


class TaskQuerySet(models.QuerySet):
    def live(self):
        return self.filter(is_annulled=False)

    def as_of(self, day, *, known_at=None, units=None):
        """The tasks counted on ``day``, each with what was true of it then.

        Adds ``shown`` (a ``ShownStatus``, the worst of its units), ``due_on_then``,
        ``percent_then``, ``completed_then``, ``closed_then``, ``last_report_then``,
        ``standing_then``. With ``units`` (ids) only the part in their hands is looked at.
        ``known_at`` asks for what was known at that moment instead of today.
        """
        span = Q(spans__valid_from__lte=day, spans__valid_to__gt=day)
        if known_at is None:
            span &= Q(spans__recorded_to=None)
        else:
            span &= Q(spans__recorded_from__lte=known_at) & (
                Q(spans__recorded_to=None) | Q(spans__recorded_to__gt=known_at)
            )
        if units is not None:
            span &= Q(spans__unit__in=units)
        [rounds] = rounds_due(day, known_at=known_at)
        shown = Min(shown_status(day, rounds, "spans__"))
        return self.filter(span).annotate(
            shown=shown,
            due_on_then=Min("spans__due_on"),
            standing_then=Max(
                Case(
                    When(spans__is_standing=True, then=Value(1)),
                    default=Value(0),
                    output_field=models.PositiveSmallIntegerField(),
                )
            ),
            percent_then=Avg("spans__percent"),
            completed_then=Max("spans__completed_on"),
            closed_then=Max("spans__closed_on"),
            last_report_then=Max("spans__last_report_on"),
        )


class Task(models.Model):
    """One numbered line of a rectification plan (整改任务). Its state is that of its units."""

    inspection = models.ForeignKey(
        "tracker.Inspection", models.PROTECT, related_name="tasks", verbose_name=_("inspection")
    )
    issue = models.ForeignKey(
        "tracker.Issue", models.PROTECT, related_name="tasks", verbose_name=_("issue")
    )
    number = models.PositiveIntegerField(_("number"))
    number_printed = models.CharField(_("number as printed"), max_length=30, blank=True)
    code = models.SlugField(_("code"), max_length=60, unique=True, editable=False)
    title = models.CharField(_("task"), max_length=200)
    goal = models.TextField(_("goal"), max_length=3000, blank=True)
    deadline_text = models.CharField(_("deadline as printed"), max_length=120)
    deadline_kind = models.CharField(_("kind of deadline"), max_length=20, choices=DeadlineKind)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    is_standing = models.BooleanField(_("standing"), default=False)
    interim_due_on = models.DateField(_("interim result due on"), null=True, blank=True)
    quantity_target = models.DecimalField(
        _("quantity to be done"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    quantity_unit = models.CharField(_("unit of measure"), max_length=20, blank=True)
    supporting_units = models.ManyToManyField(
        "tracker.Unit",
        blank=True,
        related_name="supported_tasks",
        verbose_name=_("supporting units"),
    )
    supervising_unit = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised_tasks",
        verbose_name=_("supervising unit"),
    )
    acceptance_unit = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_tasks",
        verbose_name=_("acceptance unit"),
    )
    accountable_leader = models.CharField(_("accountable leader"), max_length=60, blank=True)
    case_leader = models.CharField(_("case leader"), max_length=60, blank=True)
    task_force = models.CharField(_("task force"), max_length=120, blank=True)
    is_listed = models.BooleanField(_("listed supervision"), default=False)

    status = models.CharField(
        _("state"),
        max_length=20,
        choices=AssignmentStatus,
        default=AssignmentStatus.DRAFT,
        editable=False,
    )
    percent = models.PositiveSmallIntegerField(_("progress, %"), default=0, editable=False)
    issued_on = models.DateField(_("issued on"), null=True, editable=False)
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    left_on = models.DateField(_("left the list on"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification task")
        verbose_name_plural = _("rectification tasks")
        indexes = [
            models.Index(fields=["inspection", "status", "due_on"], name="task_of_inspection"),
            models.Index(fields=["supervising_unit", "inspection"], name="task_supervised"),
            models.Index(fields=["acceptance_unit", "inspection"], name="task_accepted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "number"],
                condition=Q(is_annulled=False),
                name="task_number_unique_in_inspection",
            ),
            models.CheckConstraint(name="task_number_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(name="task_percent", condition=Q(percent__lte=100)),
            models.CheckConstraint(
                name="task_closed_only_when_completed",
                condition=Q(closed_on=None) | Q(completed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="task_closed_on_iff_closed",
                condition=Q(closed_on=None) | Q(status__in=["closed", "merged", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="task_merged_into_another",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="task_interim_before_due",
                condition=Q(interim_due_on=None)
                | Q(due_on=None)
                | Q(interim_due_on__lte=F("due_on")),
            ),
            models.CheckConstraint(
                name="task_quantity_positive",
                condition=Q(quantity_target=None) | Q(quantity_target__gt=0),
            ),
        ]

    def __str__(self):
        return f"{self.number_printed or self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("task", args=[self.code])


class AssignmentQuerySet(models.QuerySet):
    def current(self):
        """Of units that answer for the task now."""
        return self.filter(removed_on=None)


class Assignment(models.Model):
    """A task in the hands of one responsible unit; the state machine runs here."""

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="assignments", verbose_name=_("task")
    )
    unit = models.ForeignKey(
        "tracker.Unit", models.PROTECT, related_name="assignments", verbose_name=_("unit")
    )
    is_lead = models.BooleanField(_("leads"), default=False)
    added_on = models.DateField(_("responsible from"))
    removed_on = models.DateField(_("responsible until"), null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=20, choices=AssignmentStatus, default=AssignmentStatus.DRAFT
    )
    percent = models.PositiveSmallIntegerField(_("progress, %"), default=0)
    last_report_on = models.DateField(_("last report on"), null=True)
    completion_reported_on = models.DateField(_("completion reported on"), null=True)
    completed_on = models.DateField(_("completed on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    reopen_no = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsible unit of a task")
        verbose_name_plural = _("responsible units of tasks")
        indexes = [models.Index(fields=["unit", "removed_on"], name="assignment_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "unit"],
                condition=Q(removed_on=None),
                name="assignment_unique_unit",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(removed_on=None, is_lead=True),
                name="assignment_one_lead",
            ),
            models.CheckConstraint(name="assignment_percent", condition=Q(percent__lte=100)),
            models.CheckConstraint(
                name="assignment_closed_only_when_completed",
                condition=Q(closed_on=None) | Q(completed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_removed_after_added",
                condition=Q(removed_on=None) | Q(removed_on__gte=F("added_on")),
            ),
        ]

    def __str__(self):
        return f"{self.task_id} {self.unit_id}"


class Measure(models.Model):
    """One numbered measure of a task (整改措施)."""

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="measures", verbose_name=_("task")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("measure"), max_length=2000)
    kind = models.CharField(_("kind"), max_length=20, choices=MeasureKind, blank=True)
    unit = models.ForeignKey(
        "tracker.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("unit"),
    )
    owner = models.CharField(_("person in charge"), max_length=60, blank=True)
    due_on = models.DateField(_("planned for"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "number"],
                condition=Q(is_annulled=False),
                name="measure_number_unique_in_task",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.text}"


class Milestone(models.Model):
    """A point on the way (节点), or the interim result (阶段性成效), with its own day."""

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="milestones", verbose_name=_("task")
    )
    title = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("due on"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    is_annulled = models.BooleanField(_("annulled"), default=False, editable=False)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self):
        return self.title


class DeadlineChange(models.Model):
    """One extension of a deadline (延期), with what it was before."""

    task = models.ForeignKey(
        "tracker.Task", models.PROTECT, related_name="deadline_changes", verbose_name=_("task")
    )
    event = models.OneToOneField("tracker.Event", models.PROTECT, related_name="deadline_change")
    decided_on = models.DateField(_("decided on"))
    old_text = models.CharField(_("deadline before"), max_length=120)
    old_due_on = models.DateField(_("due on before"), null=True)
    new_text = models.CharField(_("new deadline"), max_length=120)
    new_due_on = models.DateField(_("newly due on"))
    reason = models.CharField(_("reason"), max_length=500)
    document_no = models.CharField(_("approval document"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("deadline extension")
        verbose_name_plural = _("deadline extensions")
        constraints = [
            models.CheckConstraint(
                name="deadline_moves_later",
                condition=Q(old_due_on=None) | Q(new_due_on__gt=F("old_due_on")),
            ),
        ]

    def __str__(self):
        return f"{self.old_text} → {self.new_text}"
