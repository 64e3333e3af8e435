"""Who may see and do what. Scopes are sets of unit ids; decisions are functions that say yes or no.

A membership gives one role for one unit and everything below it. Operations enforce with
``require``; pages ask the same questions in order to hide what would be refused.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tracker.choices import Role
from tracker.models import (
    Assignment,
    CallFile,
    Closure,
    Evidence,
    ExportJob,
    Issue,
    Notification,
    Petition,
    Programme,
    Task,
    Unit,
)
from tracker.models.units import below

READS_ALL_BELOW = {
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.OFFICE,
    Role.LEADER,
}
UNIT_ROLES = {Role.UNIT_HEAD, Role.UNIT_EDITOR, Role.UNIT_READER}


@dataclass(eq=False)
class Scope:
    """What one person may reach: unit ids by role. Made once a request, by ``scope_of``."""

    user: object
    memberships: list[tuple[str, int]]
    children: dict[int | None, list[int]] = field(repr=False)
    unit_label: str = ""

    @cached_property
    def root_ids(self) -> set[int]:
        return set(self.children.get(None, ()))

    def apart_from(self, unit_ids: set[int]) -> "Scope":
        """The same person without the roles held for these units and those below them.

        Everybody is below the city itself; of it only the roles held for it do not count.
        """
        city, places = unit_ids & self.root_ids, unit_ids - self.root_ids
        own = city | set(below(self.children, places))
        held = [(role, unit_id) for role, unit_id in self.memberships if unit_id not in own]
        return Scope(self.user, held, self.children)

    @cached_property
    def by_role(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for role, unit_id in self.memberships:
            found.setdefault(role, set()).update(below(self.children, [unit_id]))
        return {role: frozenset(ids) for role, ids in found.items()}

    def ids(self, *roles: str) -> frozenset[int]:
        """The units over which the person holds one of ``roles``."""
        return frozenset().union(*(self.by_role.get(role, ()) for role in roles))

    @cached_property
    def reads(self) -> frozenset[int]:
        """The units whose tasks the person reads."""
        return self.ids(*self.by_role)

    @cached_property
    def reads_everything(self) -> bool:
        """Whether the whole city's list is in sight: an overseeing role at the root."""
        return bool(self.ids(*READS_ALL_BELOW) & self.root_ids)

    def knows(self, unit_id: int) -> bool:
        """Whether the page of a unit is in sight."""
        return self.reads_everything or unit_id in self.reads

    @cached_property
    def units(self) -> frozenset[int] | None:
        """The units to whose parts figures are narrowed; ``None`` when nothing is left out.

        Who supervises or accepts tasks of other units sees those tasks whole.
        """
        return None if self.reads_everything or self.oversees else self.reads

    @cached_property
    def is_city_office(self) -> bool:
        return bool(self.ids(Role.OFFICE) & self.root_ids)

    @cached_property
    def is_administrator(self) -> bool:
        return bool(self.ids(Role.ADMINISTRATOR) & self.root_ids)

    @cached_property
    def oversees(self) -> frozenset[int]:
        """The units as which the person supervises or accepts tasks."""
        return self.ids(Role.SUPERVISING, Role.ACCEPTANCE)


def scope_of(user) -> Scope:
    """The scope of ``user``, kept on the user object for the rest of the request."""
    scope = getattr(user, "_scope", None)
    if scope is None:
        children: dict[int | None, list[int]] = {}
        memberships: list[tuple[str, int]] = []
        label = ""
        if user.is_authenticated and user.is_active:
            held = list(user.memberships.select_related("unit").order_by("pk"))
            memberships = [(membership.role, membership.unit_id) for membership in held]
            label = held[0].unit.label if held else ""
        if memberships:
            pairs = Unit.objects.without_tree_fields().values_list("pk", "parent_id")
            for pk, parent_id in pairs:
                children.setdefault(parent_id, []).append(pk)
        scope = user._scope = Scope(user, memberships, children, label)
    return scope


def visible_tasks(user):
    """The tasks ``user`` may know of: those of units in reach, supervised or accepted there.

    Drafts and annulled tasks are the office's own matter.
    """
    scope = scope_of(user)
    if scope.is_city_office:
        return Task.objects.all()
    published = Task.objects.live().filter(issued_on__isnull=False)
    if scope.reads_everything:
        return published
    # Who was taken off on the day of being added was never responsible: the adding was a mistake.
    held = Q(removed_on=None) | Q(removed_on__gt=F("added_on"))
    own = Assignment.objects.filter(held, unit__in=scope.reads).values("task")
    seen = Q(pk__in=own)
    if scope.oversees:
        seen |= Q(supervising_unit__in=scope.oversees) | Q(acceptance_unit__in=scope.oversees)
    return published.filter(seen)


def visible_issues(user):
    """All issues for those who read everything; else those with a task in sight."""
    scope = scope_of(user)
    if scope.is_city_office:
        return Issue.objects.all()
    if scope.reads_everything:
        return Issue.objects.live()
    return Issue.objects.live().filter(pk__in=visible_tasks(user).values("issue"))


def visible_petitions(user):
    """Petitions handed to units in reach."""
    scope = scope_of(user)
    live = Petition.objects.filter(is_annulled=False)
    if scope.reads_everything:
        return live
    return live.filter(unit__in=scope.reads)


def visible_programmes(user):
    """All programmes for those who read everything; else those of no task, or of one in sight."""
    scope = scope_of(user)
    if scope.reads_everything:
        return Programme.objects.all()
    if not scope.memberships:
        return Programme.objects.none()
    return Programme.objects.filter(Q(task=None) | Q(task__in=visible_tasks(user)))


def visible_units(user):
    """Units in reach."""
    scope = scope_of(user)
    units = Unit.objects.plain()
    return units if scope.reads_everything else units.filter(pk__in=scope.reads)


def visible_evidence(user):
    """Files of tasks in sight."""
    return Evidence.objects.filter(task__in=visible_tasks(user))


def visible_closures(user):
    """The attempts at closure of tasks in sight."""
    return Closure.objects.filter(assignment__task__in=visible_tasks(user))


def may_note_evidence(user, file) -> bool:
    """Say what a photo shows, or take its place away: who attached it, and the office."""
    return file.uploaded_by_id == user.pk or may_run_task(user, file.task)


def visible_call_files(user):
    """Workbooks that answer a call: all for the city office, else those handed in by ``user``."""
    if scope_of(user).is_city_office:
        return CallFile.objects.all()
    if not may_answer_call(user):
        return CallFile.objects.none()
    return CallFile.objects.filter(uploaded_by=user)


def visible_exports(user):
    """The exports a person asked for; nobody else knows of them."""
    return ExportJob.objects.filter(asked_by=user)


def visible_notifications(user):
    """What a person was told."""
    return Notification.objects.filter(person=user)


def require(allowed: bool, *, whom: str = "") -> None:
    """Refuse in words unless ``allowed``; ``whom`` says who may, and so whom to ask."""
    if not allowed:
        message = _("This account may not do that. What was there is unchanged.")
        raise PermissionDenied(f"{message} {whom}".strip())


def units_of(task) -> set[int]:
    """The units that are responsible for a task now."""
    return set(task.assignments.current().values_list("unit_id", flat=True))


def may_run_list(user) -> bool:
    """Enter, correct, issue and amend the list itself: the city's rectification office."""
    return scope_of(user).is_city_office


def may_run_task(user, task) -> bool:
    """Run one task on the list: the city office, or the office of a place that holds all of it."""
    return _runs(scope_of(user), task)


def _runs(scope: Scope, task) -> bool:
    places = scope.ids(Role.OFFICE)
    if scope.is_city_office or not places:
        return scope.is_city_office
    units = units_of(task)
    return bool(units) and units <= places


def may_report(user, assignment) -> bool:
    """Sign for a task, report its progress, attach evidence: its unit, or the office on behalf."""
    scope = scope_of(user)
    return assignment.unit_id in scope.ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def reporting_units(user) -> frozenset[int]:
    """The units for whose parts of tasks ``may_report`` allows."""
    return scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def may_answer_call(user) -> bool:
    """Hand in workbooks that answer a call: whoever reports for some unit."""
    return bool(reporting_units(user))


def may_read_contact(user, assignment) -> bool:
    """The telephone of who filled a report in: those who report on the part, or oversee it."""
    overseers = {assignment.task.supervising_unit_id, assignment.task.acceptance_unit_id}
    return may_report(user, assignment) or bool(overseers & scope_of(user).oversees)


def may_judge(user, task) -> bool:
    """Judge progress: the office finally; supervising and acceptance units for their tasks."""
    scope = scope_of(user)
    overseers = {task.supervising_unit_id, task.acceptance_unit_id} - {None}
    return may_run_task(user, task) or bool(overseers & scope.oversees)


def judgeable_tasks(user):
    """The tasks in sight that ``may_judge`` allows, for a page with many of them."""
    overseers = scope_of(user).oversees
    return _run_or(user, Q(supervising_unit__in=overseers) | Q(acceptance_unit__in=overseers))


def runnable_tasks(user):
    """The tasks in sight that ``may_run_task`` allows, and with it ``may_publish``."""
    return _run_or(user, Q(pk__in=()))


def confirmable_tasks(user):
    """The tasks in sight that ``may_confirm_completion`` allows."""
    return _run_or(user, Q(acceptance_unit__in=scope_of(user).ids(Role.ACCEPTANCE)))


def _run_or(user, overseen):
    """The tasks in sight that ``may_run_task`` allows, and those that are ``overseen``."""
    scope = scope_of(user)
    tasks = visible_tasks(user)
    if scope.is_city_office:
        return tasks
    current = Assignment.objects.current()
    own = scope.ids(Role.OFFICE)
    shared = current.exclude(unit__in=own)
    held = Q(pk__in=current.filter(unit__in=own).values("task"))
    whole = held & ~Q(pk__in=shared.values("task"))
    return tasks.filter(whole | overseen)


def may_judge_some(user) -> bool:
    """Whether there can be tasks that ``may_judge`` allows."""
    return bool(scope_of(user).ids(Role.OFFICE, Role.SUPERVISING, Role.ACCEPTANCE))


def may_confirm_completion(user, task) -> bool:
    """Confirm or return a reported completion: the office, or the task's acceptance unit."""
    scope = scope_of(user)
    return may_run_task(user, task) or task.acceptance_unit_id in scope.ids(Role.ACCEPTANCE)


def may_accept(user, closure) -> bool:
    """Return an application, or take and decide it: the acceptance unit, or who runs the task.

    It is another person, of another unit, than the applicant: roles held for the unit that
    applied, or for one below it, do not count.
    """
    scope, part = scope_of(user), closure.assignment
    if user.pk == closure.applied_by_id:
        return False
    apart = scope.apart_from({part.unit_id})
    accepts = part.task.acceptance_unit_id in apart.ids(Role.ACCEPTANCE)
    return accepts or _runs(apart, part.task)


def takes_part_in_closure(user) -> bool:
    """Whether the procedure of closure is a person's business: to apply, accept, close or lead."""
    roles = (Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE, Role.ACCEPTANCE, Role.LEADER)
    return bool(scope_of(user).ids(*roles))


def accepters(closure) -> str:
    """Who may accept, as a sentence for whoever may not."""
    unit = closure.assignment.task.acceptance_unit
    return _(
        "%(unit)s or the rectification office decides: another person, of another unit, than the"
        " application."
    ) % {"unit": unit or _("The acceptance unit")}


def may_publish(user, task) -> bool:
    """Publish a notice, settle objections, close and file: the office that runs the task."""
    return may_run_task(user, task)


def may_manage_units(user) -> bool:
    """Enter and correct units: the administrator and the city office."""
    scope = scope_of(user)
    return scope.is_administrator or scope.is_city_office


def may_use_admin(user) -> bool:
    """Open the back office."""
    return scope_of(user).is_administrator


def may_settle_petition(user, petition) -> bool:
    """Record a petition's outcome: its unit's editors, and the office."""
    return petition.unit_id in scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD, Role.OFFICE)


def may_annul(user, event) -> bool:
    """Take an entry of the record back: the city office."""
    return scope_of(user).is_city_office


def may_order(user) -> bool:
    """Have workbooks made in the background: everybody with a role."""
    return bool(scope_of(user).memberships)


def reach_of(user) -> dict:
    """What ``user`` can see now, as plain values to be compared with later."""
    scope = scope_of(user)
    return {
        "drafts": scope.is_city_office,
        "everything": scope.reads_everything,
        "oversees": sorted(scope.oversees),
        "reads": [] if scope.reads_everything else sorted(scope.reads),
    }


def still_reaches(user, before: dict) -> bool:
    """Whether ``user`` can still see whatever was in reach ``before``."""
    now = reach_of(user)
    if before["drafts"] and not now["drafts"]:
        return False
    if now["everything"]:
        return True
    return (
        not before["everything"]
        and set(before["reads"]) <= set(now["reads"])
        and set(before["oversees"]) <= set(now["oversees"])
    )
