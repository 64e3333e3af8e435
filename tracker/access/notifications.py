"""Who is told: the circles of people around one part of a task.

The same rules as in ``access.tasks``, ``access.reports`` and ``access.closures``, asked the other
way round: not what one person may do, but who may do one thing, for thousands of parts at once.
Everybody in a circle sees the task.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.choices import Role
from tracker.models import Deputy, Membership, Unit
from tracker.rules.notifications import Audience


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part of a task: ids of the units that matter for whom to tell.

    ``units`` are all that answer for the task, ``county`` that which examined an application.
    """

    unit: int
    units: frozenset[int]
    acceptance_unit: int | None = None
    supervising_unit: int | None = None
    county: int | None = None


class People:
    """The active people and their roles on a day, read once for many questions.

    Who deputises for somebody on that day is told what they would be told.
    """

    def __init__(self, on: date) -> None:
        self.parents = dict(Unit.objects.without_tree_fields().values_list("pk", "parent_id"))
        self.held: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        own: defaultdict[int, list[tuple[int, str, int]]] = defaultdict(list)
        rows = Membership.objects.filter(user__is_active=True)
        for pk, user, role, unit in rows.values_list("pk", "user_id", "role", "unit_id"):
            self.held[role, unit].add(user)
            own[user].append((pk, role, unit))
        deputies = Deputy.objects.on(on).filter(deputy__is_active=True)
        for row in deputies.prefetch_related("memberships"):
            some = {held.pk for held in row.memberships.all()}
            for pk, role, unit in own[row.principal_id]:
                if row.is_for_all or pk in some:
                    self.held[role, unit].add(row.deputy_id)
        self._found: dict[object, frozenset[int]] = {}

    def around(self, audience: Audience, part: Part) -> frozenset[int]:
        """The ids of the people in a circle around a part."""
        question = (audience, part)
        if question not in self._found:
            self._found[question] = frozenset(self._around(audience, part))
        return self._found[question]

    def _around(self, audience: Audience, part: Part) -> Iterable[int]:
        if audience == Audience.UNIT_STAFF:
            return self._of(part.unit, Role.UNIT_EDITOR, Role.UNIT_HEAD)
        if audience == Audience.EDITORS:
            editors = self._of(part.unit, Role.UNIT_EDITOR)
            return editors or self._of(part.unit, Role.UNIT_HEAD)
        if audience == Audience.SUPERIORS:
            return self._of(part.unit, Role.LEADER, Role.OFFICE)
        if audience == Audience.OVERSEERS:
            overseers = (part.supervising_unit, part.acceptance_unit)
            return self._of_some(overseers, Role.SUPERVISING, Role.ACCEPTANCE)
        if audience == Audience.PRE_ACCEPTERS:
            return self.held[Role.OFFICE, part.county] if part.county else ()
        if audience == Audience.RUNNERS:
            return self._runners(part)
        if audience == Audience.DECIDERS:
            return self._runners(part, apart={part.unit})
        if audience == Audience.CONFIRMERS:
            return self._runners(part) | self._of_some((part.acceptance_unit,), Role.ACCEPTANCE)
        return self._accepters(part)

    def _accepters(self, part: Part) -> set[int]:
        """Those who may take an application: by no role held for the unit that applied."""
        apart: set[int | None] = {part.unit}
        accepting = self._of_some((part.acceptance_unit,), Role.ACCEPTANCE, apart=apart)
        return accepting | self._runners(part, apart=apart | {part.county})

    def _runners(self, part: Part, apart: set[int | None] | None = None) -> set[int]:
        """The office of the city, and of a place that holds the whole task."""
        circles = [self._of(unit, Role.OFFICE, apart=apart) for unit in part.units]
        return set.intersection(*circles) if circles else set()

    def _of_some(self, units: Iterable[int | None], *roles: Role, **more) -> set[int]:
        return set().union(*(self._of(unit, *roles, **more) for unit in units if unit))

    def _of(self, unit: int, *roles: Role, apart: set[int | None] | None = None) -> set[int]:
        """Who holds one of ``roles`` for a unit, by holding it there or for a place above."""
        found: set[int] = set()
        for place in self._up_from(unit):
            if not apart or not self._is_within(place, apart):
                found.update(*(self.held[role, place] for role in roles))
        return found

    def _is_within(self, place: int, units: set[int | None]) -> bool:
        """Whether a place is one of ``units`` or below one; below the city itself is everybody."""
        return place in units or any(
            above in units and self.parents[above] is not None for above in self._up_from(place)
        )

    def _up_from(self, unit: int) -> Iterable[int]:
        place: int | None = unit
        while place is not None:
            yield place
            place = self.parents[place]
