"""Closure as pages show it: how far an attempt has come, whose turn it is, what may be done."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import access
from tracker.choices import AssignmentStatus, ClosureStage, EventKind, ShownStatus
from tracker.figures.closures import counties
from tracker.models import Closure, PublicNotice
from tracker.templatetags.ui import cn_date
from tracker.views.steps import Verb, in_order

Kind, Stage, Status = EventKind, ClosureStage, AssignmentStatus

MARKS = {
    Stage.RETURNED: ShownStatus.OVERDUE,
    Stage.FAILED: ShownStatus.OVERDUE,
    Stage.OBJECTED: ShownStatus.OVERDUE,
    Stage.CANCELLED: ShownStatus.NOT_STARTED,
    Stage.CLOSED: ShownStatus.CLOSED,
    Stage.FILED: ShownStatus.CLOSED,
    Stage.PASSED: ShownStatus.AWAITING_CLOSURE,
    Stage.IN_NOTICE: ShownStatus.AWAITING_CLOSURE,
}
"""The sign before the stage; the other stages are under way."""

DUE = {
    *("apply-for-closure", "pre-accept", "take-for-acceptance", "decide-acceptance"),
    "publish-notice",
    *("settle-objection", "close-task", "file-closure"),
}
"""The steps that are somebody's turn; the others are open to them beside it."""

APPLIED = (Status.APPLIED, Status.UNDER_ACCEPTANCE, Status.IN_PUBLIC_NOTICE, Status.CLOSED)
ACCEPTED = (Status.IN_PUBLIC_NOTICE, Status.CLOSED)


def notice_of(closure) -> PublicNotice | None:
    """The public notice of an attempt, if it came so far."""
    return closure.standing_notice


def mark_of(closure) -> str:
    """The code of the sign that stands before its stage."""
    return MARKS.get(closure.stage, ShownStatus.ON_SCHEDULE).code


def waits_for_settlement(closure) -> bool:
    """Whether an objection is still to be settled; told without a look-up where it is known."""
    known = getattr(closure, "open_objections", None)
    if known is None:
        notice = notice_of(closure)
        known = notice.objections.open().count() if notice else 0
    return known > 0


def is_over(closure, day: date) -> bool:
    """Whether the last day of the notice has passed."""
    notice = notice_of(closure)
    return notice is not None and notice.ends_on < day


def applying(part_or_assignment, code: str) -> Verb:
    """The way to the application for one unit's part."""
    unit = part_or_assignment.unit.code
    return Verb(_("Apply for closure"), "apply-for-closure", (code,), "seal", f"?unit={unit}")


def next_steps(user, closure, *, day: date) -> tuple[Verb, ...]:
    """What this person may do about the attempt now, the likeliest first."""
    return offered(
        closure,
        pre_accepts=access.may_pre_accept(user, closure),
        accepts=access.may_accept(user, closure),
        publishes=access.may_publish(user, closure.assignment.task),
        reports=access.may_report(user, closure.assignment),
        day=day,
    )


def offered(
    closure, *, pre_accepts: bool, accepts: bool, publishes: bool, reports: bool, day: date
) -> tuple[Verb, ...]:
    """The steps for somebody who may pass for the county, accept, publish, or report."""
    args = (closure.pk,)
    take = Verb(_("Begin acceptance"), "take-for-acceptance", args, "ok")
    back = Verb(_("Return the application"), "return-application", args, "back")
    decide = Verb(_("Decide on acceptance"), "decide-acceptance", args, "seal")
    withdraw = Verb(_("Take the application back"), "withdraw-application", args, "undo")
    first = Verb(_("Pass for the county"), "pre-accept", args, "ok")
    own = (withdraw,) if reports else ()
    if access.waits_for_county(closure):
        return (*((first, back) if pre_accepts else ()), *own)
    if closure.stage in (Stage.APPLIED, Stage.PRE_ACCEPTED):
        return (*((take, back) if accepts else ()), *own)
    if closure.stage == Stage.UNDER_ACCEPTANCE and accepts:
        return (decide,)
    return tuple(_of_the_office(closure, args, day)) if publishes else ()


def _of_the_office(closure, args, day):
    """What the office does from the notice to the filing."""
    notice = notice_of(closure)
    if closure.stage == Stage.PASSED:
        yield Verb(_("Publish the notice"), "publish-notice", args, "globe")
    if closure.stage == Stage.CLOSED:
        yield Verb(_("Enter the filing"), "file-closure", args, "doc")
    if closure.stage != Stage.IN_NOTICE or notice is None:
        return
    waiting = waits_for_settlement(closure)
    for objection in notice.objections.open().order_by("pk") if waiting else ():
        yield Verb(_("Settle the objection"), "settle-objection", (objection.pk,), "mail")
    if is_over(closure, day) and not waiting:
        yield Verb(_("Close the task"), "close-task", args, "seal")
    if notice.begins_on <= day:
        yield Verb(_("Record an objection"), "receive-objection", args, "mail")


def turn(closure, day: date) -> str:
    """Who is to do what now, in a sentence; empty when nothing is left to do."""
    task, unit = closure.assignment.task, closure.assignment.unit
    acceptance = task.acceptance_unit or _("the acceptance unit")
    office = _("the rectification office")
    if access.waits_for_county(closure):
        return _("The rectification office of %(county)s is to examine the application first.") % {
            "county": closure.county
        }
    if closure.stage in (Stage.APPLIED, Stage.PRE_ACCEPTED):
        return _("%(unit)s is to examine the application.") % {"unit": acceptance}
    if closure.stage == Stage.UNDER_ACCEPTANCE:
        return _("%(unit)s answers the five conditions and decides.") % {"unit": acceptance}
    if closure.stage == Stage.PASSED:
        return _("%(unit)s is to publish the notice.") % {"unit": office}
    if closure.stage == Stage.IN_NOTICE:
        if waits_for_settlement(closure):
            return _("%(unit)s is to settle the objection.") % {"unit": office}
        if is_over(closure, day) and needs_consent(closure):
            return _(
                "The notice is over. Once the level above has consented, %(unit)s closes the task"
                " with the number of its document."
            ) % {"unit": office}
        if is_over(closure, day):
            return _("The notice is over. %(unit)s may close the task.") % {"unit": office}
        notice = notice_of(closure)
        return _("The notice runs until %(day)s.") % {
            "day": cn_date(notice.ends_on if notice else None)
        }
    if closure.stage == Stage.CLOSED:
        return _("%(unit)s reports the closure to the level above.") % {"unit": office}
    if closure.stage in (Stage.RETURNED, Stage.CANCELLED):
        return _("%(unit)s mends what is missing and applies again.") % {"unit": unit}
    if closure.stage in (Stage.FAILED, Stage.OBJECTED):
        return _("The task is open again. %(unit)s reports completion anew, then applies.") % {
            "unit": unit
        }
    return ""


def two_persons(user, closure) -> str:
    """Why this person has no button for the acceptance: it is another person's, of another unit."""
    waits = closure.stage in (Stage.APPLIED, Stage.PRE_ACCEPTED, Stage.UNDER_ACCEPTANCE)
    if not waits or access.may_return(user, closure):
        return ""
    scope = access.scope_of(user)
    is_own = scope.did(closure.applied_by_id, closure.applied_on) or scope.did(
        closure.pre_accepted_by_id, closure.pre_accepted_on
    )
    if not is_own and not access.may_report(user, closure.assignment):
        return ""
    return access.returners(closure)


def steps_of(closure, day: date, entries):
    """The way of one attempt, from the self-check to the filing, with who took each step.

    It has the county's word and the consent of the level above where its inspection asks for them.
    ``entries`` are its last ones by kind.
    """
    notice = notice_of(closure)
    stage = closure.stage
    passed = closure.decided_on is not None and stage != Stage.FAILED
    is_closed = closure.closed_on is not None

    def who(*kinds):
        return next((entries[kind].actor or "" for kind in kinds if kind in entries), "")

    marks = [
        (pgettext("step", "self-check"), True, closure.self_checked_on, closure.unit_head),
        (
            *(pgettext("step", "applied"), stage != Stage.CANCELLED),
            *(closure.applied_on, closure.applied_by),
        ),
    ]
    if closure.county_id is not None:
        passed_first, passed_on = closure.pre_accepted_on is not None, closure.pre_accepted_on
        label = pgettext("step", "county's acceptance")
        marks.append((label, passed_first, passed_on, who(Kind.PRE_ACCEPTED)))
    decided = who(Kind.ACCEPTANCE_PASSED, Kind.ACCEPTANCE_FAILED)
    marks += [
        (pgettext("step", "acceptance"), passed, closure.decided_on, decided),
        (
            pgettext("step", "public notice"),
            is_closed or (stage == Stage.IN_NOTICE and is_over(closure, day)),
            notice and notice.ends_on,
            who(Kind.NOTICE_PUBLISHED),
        ),
    ]
    if closure.consent_document_no or needs_consent(closure):
        label = pgettext("step", "consent from above")
        marks.append((label, is_closed, closure.consent_on, closure.consent_document_no))
    marks += [
        (pgettext("step", "closed"), is_closed, closure.closed_on, who(Kind.CLOSED)),
        (pgettext("step", "filed"), stage == Stage.FILED, closure.filed_on, who(Kind.FILED)),
    ]
    return in_order(marks)


def needs_consent(closure) -> bool:
    """Whether the level above is still to consent to the closure."""
    return closure.closed_on is None and closure.assignment.task.inspection.needs_consent


def marks_of_task(now, attempts):
    """``(label, is done, day)`` of the closure's steps of a whole task; none where it was closed
    elsewhere and only taken over."""
    if now.closed_on is not None and not attempts:
        return []
    notices = [notice for row in attempts.values() if (notice := notice_of(row))]

    def reached(*states):
        return bool(now.parts) and all(part.status in states for part in now.parts)

    def over(part):
        row = attempts.get(part.assignment.pk)
        in_notice = part.status == Status.IN_PUBLIC_NOTICE and row is not None
        return part.status == Status.CLOSED or (in_notice and is_over(row, now.as_of))

    return [
        (
            pgettext("step", "self-check"),
            reached(*APPLIED),
            _last(row.applied_on for row in attempts.values()),
        ),
        *_marks_of_counties(now, attempts),
        (
            pgettext("step", "acceptance"),
            reached(*ACCEPTED),
            _last(row.decided_on for row in attempts.values()),
        ),
        (
            pgettext("step", "public notice"),
            bool(now.parts) and all(map(over, now.parts)),
            _last(notice.ends_on for notice in notices),
        ),
    ]


def _marks_of_counties(now, attempts):
    """The step of the counties, where a part of the task needs the word of one."""
    first = {part.assignment.unit_id for part in now.parts if part.assignment.pk not in attempts}
    if first and now.parts[0].assignment.task.inspection.county_accepts:
        waiting = any(counties(first).values())
    else:
        waiting = False
    theirs = [row for row in attempts.values() if row.county_id is not None]
    if not theirs and not waiting:
        return []
    is_done = not waiting and all(row.pre_accepted_on is not None for row in theirs)
    days = [row.pre_accepted_on for row in theirs]
    return [(pgettext("step", "county's acceptance"), is_done, _last(days))]


def _last(days):
    return max((day for day in days if day), default=None)


@dataclass(frozen=True)
class Fact:
    """One condition of closure and whether it holds."""

    label: str
    holds: bool
    day: date | None = None


@dataclass(frozen=True)
class Conditions:
    """What the closure of one unit's part rests on, as of the day."""

    unit: object
    closure: Closure | None
    facts: tuple[Fact, ...]

    @property
    def held(self):
        return sum(1 for fact in self.facts if fact.holds)


def conditions(part, closure, measures, *, day: date) -> Conditions:
    """The conditions of one part; ``closure`` is its last attempt, if there was one by the day."""
    done = sum(1 for measure in measures if measure.completed_on)
    status = part.status
    under_way = closure if status in APPLIED else None
    notice = under_way and notice_of(under_way)
    over = status == Status.CLOSED or bool(
        notice and is_over(under_way, day) and not waits_for_settlement(under_way)
    )
    facts = (
        Fact(
            _("All measures done (%(done)s of %(all)s)") % {"done": done, "all": len(measures)},
            done == len(measures),
        ),
        Fact(_("Completion confirmed"), part.completed_on is not None, part.completed_on),
        Fact(
            _("Self-checked and applied for"),
            status in APPLIED,
            under_way and under_way.applied_on,
        ),
        Fact(
            _("Acceptance passed"),
            status in ACCEPTED,
            under_way.decided_on if under_way and status in ACCEPTED else None,
        ),
        Fact(
            _("Public notice over, no objection open"),
            over,
            notice.ends_on if notice and over else None,
        ),
    )
    return Conditions(part.assignment.unit, closure, facts)
