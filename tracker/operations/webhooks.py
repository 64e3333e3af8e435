"""Messages to group chats: kept by administrators, queued once, sent with patience.

Groups have members that no account is known of, so a message has counts and titles of tasks and
nothing about a person. A process that dies between a robot's yes and its own writing that down
leaves the message to be sent once more.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tracker import access
from tracker.choices import DeliveryState, NotificationKind, RobotFormat
from tracker.figures.attention import falling_due
from tracker.figures.overview import overview_of
from tracker.figures.reminders import silent_units
from tracker.models import DispatchRound, Inspection, Task, User, WebhookDelivery, WebhookTarget
from tracker.operations import bookmarks, robots
from tracker.rules.webhooks import HOSTS, Message, request_of, wait_after

MOST_LINES = 20
AT_A_TIME = 10
NEAR = 7
"""Days ahead that the message of the morning counts deadlines for."""


@transaction.atomic
def keep_target(*, actor: User, target: WebhookTarget, changes: Mapping[str, Any]) -> WebhookTarget:
    """Enter a robot, or change it; an address or secret that is left empty stays as it was."""
    access.require(access.may_use_admin(actor))
    for name, value in changes.items():
        if name not in ("url", "secret") or value:
            setattr(target, name, value)
    refuse_foreign_host(target)
    target.full_clean()
    target.save()
    if not target.is_active:
        _drop_waiting(target)
    return target


def _drop_waiting(target: WebhookTarget) -> None:
    """Give up what waits for a robot: switched on again, it must not tell of what is long past."""
    waiting = target.deliveries.filter(state=DeliveryState.QUEUED)
    waiting.update(state=DeliveryState.FAILED, answered=_("The robot was switched off."))


def refuse_foreign_host(target: WebhookTarget) -> None:
    """Refuse an address at which the messenger has no robots."""
    if not target.url:
        raise ValidationError({"url": _("Enter the address of the robot.")})
    if not target.url.isascii():
        raise ValidationError(
            {
                "url": _(
                    "The address of a robot has letters, digits and signs of plain ASCII only."
                    " Copy the whole address from the group."
                )
            }
        )
    if not target.url.startswith("https://") and not settings.WEBHOOKS_MAY_BE_LOCAL:
        raise ValidationError({"url": _("The address of a robot begins with https.")})
    host = HOSTS[RobotFormat(target.format)]
    if target.host != host and not settings.WEBHOOKS_MAY_BE_LOCAL:
        raise ValidationError(
            {
                "url": _(
                    "The robots of this messenger are at %(host)s. Copy the whole address from"
                    " the group. For a messenger on the own network, whoever runs the server sets"
                    " WEBHOOKS_MAY_BE_LOCAL."
                )
                % {"host": host}
            }
        )


class News:
    """What the groups are told at once, gathered while the record is read."""

    def __init__(self) -> None:
        self.targets = [row for row in WebhookTarget.objects.filter(is_active=True) if row.kinds]
        self.lines: defaultdict[int, list[str]] = defaultdict(list)
        self.counts: defaultdict[int, int] = defaultdict(int)

    def add(self, kind: NotificationKind, inspection: int, title: str) -> None:
        """One thing about a task or call, for the groups that want to hear of its kind."""
        for target in self.targets:
            is_its = target.inspection_id in (None, inspection)
            if kind not in target.kinds or not is_its:
                continue
            self.counts[target.pk] += 1
            if len(self.lines[target.pk]) < MOST_LINES:
                with override(settings.LANGUAGE_CODE):
                    line = _("%(kind)s: %(title)s") % {"kind": kind.label, "title": title}
                    self.lines[target.pk].append(line)

    def queue(self, key: str, *, at: datetime) -> None:
        """Put one message for each group into the queue."""
        for target in self.targets:
            count = self.counts[target.pk]
            if count:
                with override(settings.LANGUAGE_CODE):
                    lines = self.lines[target.pk]
                    if count > len(lines):
                        lines.append(_("… and %(n)s more") % {"n": count - len(lines)})
                    title = _("Rectification: news")
                _queue(target, key, Message(title, lines, _address("tasks")), at=at)


def queue_of_morning(*, on: date, at: datetime) -> int:
    """Put the message of the day ``on`` into the queue for each group; how many there were.

    A group to which there is nothing to say is left in peace.
    """
    yesterday = (on - timedelta(days=1)).toordinal()
    since = bookmarks.position_of(bookmarks.GROUPS, at_first=yesterday)
    if since >= on.toordinal():
        return 0
    targets = WebhookTarget.objects.filter(is_active=True, is_daily=True)
    found = [
        (target, message)
        for target in targets.select_related("inspection").order_by("pk")
        if (message := of_morning(target.inspection, on)) is not None
    ]
    with transaction.atomic():
        if not bookmarks.move_on(bookmarks.GROUPS, since=since, to=on.toordinal()):
            return 0
        for target, message in found:
            _queue(target, f"daily:{on.isoformat()}", message, at=at)
    return len(found)


def of_morning(inspection: Inspection | None, on: date) -> Message | None:
    """What there is to say of the morning of a day; counts alone."""
    with override(settings.LANGUAGE_CODE):
        tasks = Task.objects.live().filter(issued_on__isnull=False)
        now = overview_of(inspection, tasks, as_of=on)
        near = len(falling_due(now, within=NEAR))
        lines = []
        if now.buckets.overdue:
            lines.append(
                ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", now.buckets.overdue)
                % {"n": now.buckets.overdue}
            )
        if near:
            lines.append(
                ngettext(
                    "%(n)s task is due within %(days)s days",
                    "%(n)s tasks are due within %(days)s days",
                    near,
                )
                % {"n": near, "days": NEAR}
            )
        lines += _of_calls(inspection, on)
        if not lines:
            return None
        name = inspection.short_name if inspection else _("all inspections")
        title = _("Rectification %(day)s: %(name)s") % {"day": on.isoformat(), "name": name}
        return Message(title, lines, _address("dashboard"))


def _of_calls(inspection: Inspection | None, on: date) -> Iterable[str]:
    """The last call of each inspection whose period has begun, and how many units are silent."""
    calls = DispatchRound.objects.filter(period_from__lte=on).order_by("period_from", "pk")
    if inspection is not None:
        calls = calls.filter(inspection=inspection)
    last = {call.inspection_id: call for call in calls.select_related("inspection")}
    for call in last.values():
        silent = len(silent_units(call, on))
        if silent:
            yield (
                ngettext(
                    "%(call)s (due %(due)s): %(n)s unit has not reported",
                    "%(call)s (due %(due)s): %(n)s units have not reported",
                    silent,
                )
                % {"call": call.name, "due": call.due_on.isoformat(), "n": silent}
            )


def _address(page: str) -> str:
    return f"{settings.SITE_URL}{reverse(page)}"


def _queue(target: WebhookTarget, key: str, message: Message, *, at: datetime) -> None:
    row = WebhookDelivery(
        target=target,
        key=key,
        message={
            "title": message.title,
            "lines": list(message.lines),
            "link": message.link,
        },
        queued_at=at,
        due_at=at,
    )
    WebhookDelivery.objects.bulk_create([row], ignore_conflicts=True)


def send_test(*, actor: User, target: WebhookTarget, at: datetime) -> WebhookDelivery:
    """Send a message to a group now, so that who enters a robot sees at once whether it works."""
    access.require(access.may_use_admin(actor))
    with override(settings.LANGUAGE_CODE):
        message = Message(
            _("Rectification tracker"),
            [_("This is a test. Messages of the tracker will come here.")],
            _address("dashboard"),
        )
    key = f"test:{at.isoformat()}"
    _queue(target, key, message, at=at)
    row = WebhookDelivery.objects.select_related("target").get(target=target, key=key)
    deliver(row, at=at, is_last=True)
    return row


def deliver_due(*, clock: Callable[[], datetime], most: int | None = AT_A_TIME) -> int:
    """Send what waits to be sent, ``None`` for all of it; how many messages were taken."""
    waiting = WebhookDelivery.objects.filter(
        state=DeliveryState.QUEUED, due_at__lte=clock(), target__is_active=True
    )
    rows = waiting.select_related("target").order_by("due_at", "pk")
    return sum(deliver(row, at=clock()) for row in rows[:most])


def forget_old(*, at: datetime, after: timedelta) -> int:
    """Remove messages queued longer ago than ``after`` that wait no more; how many it was."""
    old = WebhookDelivery.objects.filter(queued_at__lt=at - after)
    return old.exclude(state=DeliveryState.QUEUED).delete()[0]


def deliver(row: WebhookDelivery, *, at: datetime, is_last: bool = False) -> bool:
    """Try to send one message: whoever counts the attempt makes it. Whether it was taken."""
    attempt = row.attempts + 1
    wait = None if is_last else wait_after(attempt)
    mine = WebhookDelivery.objects.filter(
        pk=row.pk, state=DeliveryState.QUEUED, attempts=row.attempts
    )
    # Until the answer is there the message waits: a process that dies leaves it to be tried again.
    if not mine.update(attempts=attempt, due_at=at + (wait_after(1) or timedelta())):
        return False
    with override(settings.LANGUAGE_CODE):
        request = request_of(
            row.target.format,
            Message(**row.message),
            url=row.target.url,
            secret=row.target.secret,
            at=at,
            link_text=_("Open the tracker"),
        )
    is_taken, row.answered = robots.post(request)
    row.attempts = attempt
    if is_taken:
        row.state, row.sent_at = DeliveryState.SENT, at
    elif wait is None:
        row.state = DeliveryState.FAILED
    else:
        row.due_at = at + wait
    _keep(row)
    return is_taken


def _keep(row: WebhookDelivery) -> None:
    """Keep what became of an attempt.

    A success counts whatever other attempts say; a failure only while no other attempt was begun
    and nobody dropped the message.
    """
    counts = Q(state=DeliveryState.QUEUED, attempts=row.attempts)
    if row.state == DeliveryState.SENT:
        counts = ~Q(state=DeliveryState.SENT)
    WebhookDelivery.objects.filter(counts, pk=row.pk).update(
        state=row.state, sent_at=row.sent_at, due_at=row.due_at, answered=row.answered
    )
