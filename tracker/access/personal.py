"""Who reads personal data: telephone numbers, and the names of citizens.

It takes a grant of its own, given with a role: over the unit that a thing is about, or as the unit
that supervises or accepts the task. Everywhere else numbers are masked.
"""

from collections.abc import Iterable

from tracker.access.closures import may_publish
from tracker.access.scope import OVERSEEING, scope_of
from tracker.choices import Role


def may_read_personal(user, unit_id, task=None) -> bool:
    """Read personal data about what a unit does, for a task if it is about one."""
    scope = scope_of(user)
    if unit_id in scope.below_of(unit for _role, unit in scope.personal):
        return True
    if task is None:
        return False
    overseeing = scope.below_of(unit for role, unit in scope.personal if role in OVERSEEING)
    return bool({task.supervising_unit_id, task.acceptance_unit_id} & overseeing)


def read_objections_of(user, task, unit_ids: Iterable[int]) -> frozenset[int]:
    """Of these units of a task, those against whom objections are read whole, with the contact.

    That is for who settles them and is granted personal data; the public page promises it.
    """
    granted = frozenset(pk for pk in unit_ids if may_read_personal(user, pk, task))
    return granted if granted and may_publish(user, task) else frozenset()


def may_read_contact(user, assignment) -> bool:
    """The telephone of who filled a report in: who reports for the unit, and who is granted it."""
    own = scope_of(user).ids(Role.UNIT_EDITOR, Role.UNIT_HEAD)
    return assignment.unit_id in own or may_read_personal(user, assignment.unit_id, assignment.task)
