"""Questions and answers on tasks (问答): who reads them, asks and answers, and can be mentioned.

A question about one unit's part stays between that unit and those who oversee the task; other
units of the same task do not know of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q

from tracker.access.scope import OVERSEEING, READS_ALL_BELOW, Scope, scope_of, sectors_of
from tracker.access.sight import visible_tasks
from tracker.access.tasks import may_run_task, runnable_tasks
from tracker.choices import Addressee, Role
from tracker.models import Assignment, Deputy, Membership, Question, Task, Unit, User
from tracker.models.units import below

ANSWERING = (Role.UNIT_EDITOR, Role.UNIT_HEAD)
TALKING = (*ANSWERING, Role.OFFICE, Role.LEADER)


@dataclass(frozen=True)
class Address:
    """Of whom a question can be asked, and about which part; without one it is open to all."""

    addressee: Addressee
    part: Assignment | None = None


def visible_questions(user):
    """The questions on tasks in sight, without those about another unit's part."""
    scope = scope_of(user)
    questions = Question.objects.filter(task__in=visible_tasks(user))
    if scope.reads_everything:
        return questions
    seen = Q(part=None) | Q(part__unit__in=scope.reads) | Q(author=user.pk)
    if scope.oversees:
        overseen = Task.objects.filter(_overseen(scope) | Q(issue__medium__in=sectors_of(scope)))
        seen |= Q(task__in=overseen)
    return questions.filter(seen)


def _overseen(scope: Scope) -> Q:
    """Of tasks: those that the person's units supervise or accept."""
    return Q(supervising_unit__in=scope.oversees) | Q(acceptance_unit__in=scope.oversees)


def discussable_tasks(user):
    """The tasks on which ``user`` asks and answers.

    Those of the office, of leaders, of the units that supervise or accept them, and of those who
    report for a responsible unit. Others who see a task read what is said there.
    """
    scope = scope_of(user)
    tasks = visible_tasks(user)
    if scope.ids(Role.OFFICE, Role.LEADER) & scope.root_ids:
        return tasks
    own = Assignment.objects.current().filter(unit__in=scope.ids(*TALKING))
    return tasks.filter(Q(pk__in=own.values("task")) | _overseen(scope))


def may_ask(user, task) -> bool:
    """Ask about a task."""
    return discussable_tasks(user).filter(pk=task.pk).exists()


def may_answer(user, question) -> bool:
    """Answer a question that is in sight."""
    own = visible_questions(user).filter(task__in=discussable_tasks(user))
    return own.filter(pk=question.pk).exists()


def may_settle(user, question) -> bool:
    """Say that a question is settled, or take it up again: its asker, and who runs the task."""
    return question.author_id == user.pk or may_run_task(user, question.task)


def may_reword(user, remark) -> bool:
    """Correct a text or take it back: its author."""
    return remark.author_id == user.pk


def may_read_taken_back(user) -> bool:
    """Read what was taken back, and what a text said before: auditors of the city."""
    scope = scope_of(user)
    return bool(scope.ids(Role.AUDITOR) & scope.root_ids)


def possible_addresses(user, task) -> list[Address]:
    """Of whom ``user`` can ask something about a task, the likeliest first.

    Who oversees it asks its units; who reports for a unit asks the office about that unit's part.
    """
    scope = scope_of(user)
    parts = list(task.assignments.current().select_related("unit").order_by("unit__position", "pk"))
    own = scope.ids(*ANSWERING, Role.OFFICE)
    mine = [part for part in parts if part.unit_id in own]
    overseers = {task.supervising_unit_id, task.acceptance_unit_id} & scope.oversees
    leads = scope.ids(Role.LEADER) & (scope.root_ids | {part.unit_id for part in parts})
    is_above = bool(overseers or leads) or may_run_task(user, task)
    found = [Address(Addressee.UNITS, part) for part in parts] if is_above else []
    if not scope.is_city_office:
        found += [Address(Addressee.OFFICE, part) for part in mine]
        if overseers or leads:
            found.append(Address(Addressee.OFFICE))
    if len(parts) > 1 and (is_above or mine):
        found.append(Address(Addressee.UNITS))
    return found


def possible_mentions(user, task, part=None):
    """The people who see a task; with ``part``, a question about that part.

    ``user``, who sees it too, is who looks for them.
    """
    tree = _Tree(scope_of(user).children)
    if task.issued_on is None or task.is_annulled:
        return _people(user, Q(unit__in=tree.roots, role=Role.OFFICE))
    held = Q(removed_on=None) | Q(removed_on__gt=F("added_on"))
    units = [part.unit_id] if part else task.assignments.filter(held).values_list("unit", flat=True)
    overseers = {task.supervising_unit_id, task.acceptance_unit_id} - {None}
    of_sector = Unit.sectors.through.objects.filter(mediacategory=task.issue.medium_id)
    sectors = of_sector.values_list("unit", flat=True)
    return _people(
        user,
        Q(unit__in=tree.roots, role__in=READS_ALL_BELOW)
        | Q(unit__in=tree.above(overseers), role__in=OVERSEEING)
        | Q(unit__in=tree.above(sectors), role=Role.SUPERVISING)
        | Q(unit__in=tree.above(units)),
    )


def people_asked(user, question):
    """The people of whom an answer is awaited; ``user`` is who asks."""
    tree = _Tree(scope_of(user).children)
    task = question.task
    units = set(task.assignments.current().values_list("unit", flat=True))
    if question.addressee == Addressee.OFFICE:
        common = set.intersection(*(tree.above([unit]) for unit in units)) if units else set()
        return _people(user, Q(unit__in=common | tree.roots, role=Role.OFFICE))
    asked = {question.part.unit_id} if question.part else units
    return _people(user, Q(unit__in=tree.above(asked), role__in=ANSWERING))


def _people(user, holding: Q):
    """Who holds a membership of that kind, or holds it today as a deputy; ``user`` says what day.

    Each with ``held``, the memberships of their own with their units.
    """
    found = Membership.objects.filter(holding, user__is_active=True)
    known = Q(pk__in=found.values("user"))
    if user.today is not None:
        lent = found.exclude(role=Role.ADMINISTRATOR)
        whole = Q(is_for_all=True, principal__in=lent.values("user"))
        some = Q(is_for_all=False, memberships__in=lent)
        deputies = Deputy.objects.on(user.today).filter(whole | some)
        known |= Q(pk__in=deputies.values("deputy"))
    memberships = Membership.objects.select_related("unit").order_by("pk")
    people = User.objects.filter(known, is_active=True).order_by("name", "pk")
    return people.prefetch_related(Prefetch("memberships", memberships, to_attr="held"))


class _Tree:
    """The tree of units, looked at from below."""

    def __init__(self, children: Mapping[int | None, Collection[int]]):
        self.roots = set(children.get(None, ()))
        self.parents = {
            child: [parent] for parent, own in children.items() for child in own if parent
        }

    def above(self, unit_ids) -> set[int]:
        """These units and all that they are below."""
        return below(self.parents, unit_ids)


def awaiting_questions(user):
    """The open questions that wait for an answer of ``user`` (待答复)."""
    scope = scope_of(user)
    own = scope.ids(*ANSWERING)
    of_unit = Assignment.objects.current().filter(unit__in=own)
    mine = (
        Q(addressee=Addressee.UNITS, part__unit__in=own, part__removed_on=None)
        | Q(addressee=Addressee.UNITS, part=None, task__in=of_unit.values("task"))
        | Q(addressee=Addressee.OFFICE, task__in=runnable_tasks(user))
        | Q(pk__in=Question.mentions.through.objects.filter(user=user).values("question"))
    )
    questions = visible_questions(user).filter(mine, task__in=discussable_tasks(user))
    return questions.unanswered().exclude(author=user)
