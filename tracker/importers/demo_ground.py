"""What the demonstration stands on: its content, its people and units, and its clock."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.conf import settings
from django.utils.timezone import make_aware

from tracker.choices import Role
from tracker.models import (
    Assignment,
    DispatchRound,
    Inspection,
    MediaCategory,
    Milestone,
    Task,
    Unit,
    UnitKind,
    User,
)
from tracker.operations import accounts, units

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
BEGUN = date(2021, 1, 4)
"""The day from which the city, its units and its accounts are there."""

Clock = tuple[int, int, int]
"""Hour and minute at which something is done at the earliest, and over how many minutes."""

MORNING: Clock = (8, 20, 5)


@dataclass(frozen=True)
class Action:
    """Something that somebody did: ``do`` enters it as at the moment ``at``."""

    at: datetime
    do: Callable[[datetime], object]


def content(name: str) -> Any:
    """One of the files that the demonstration is written in."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


def day(text: str) -> date:
    return date.fromisoformat(text)


def day_if_any(text: str | None) -> date | None:
    return day(text) if text else None


def moment(on: date, clock: Clock, key: str) -> datetime:
    """A moment of a working day; ``key`` decides which, so that it is always the same one."""
    hour, minute, spread = clock
    late = timedelta(minutes=crc32(key.encode()) % spread)
    return make_aware(datetime.combine(on, time(hour, minute)) + late)


@dataclass
class Ground:
    """Who and what there is so far, by the codes that the content uses."""

    users: dict[str, User] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)
    media: dict[str, MediaCategory] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    parts: dict[tuple[str, str], int] = field(default_factory=dict)
    rounds: dict[tuple[str, str], DispatchRound] = field(default_factory=dict)
    holders: dict[tuple[str, str], User] = field(default_factory=dict)

    def office(self, key: str) -> User:
        """One of the people of the city's office; the same one for the same ``key``."""
        people = [self.users[name] for name in ("office", "lumingyuan")]
        return people[crc32(key.encode()) % len(people)]

    def of_unit(self, code: str, key: str, *roles: str) -> User:
        """Who acts for a unit: its own people, those of a unit above, or else the office."""
        unit: str | None = code
        while unit is not None:
            for role in roles:
                if (role, unit) in self.holders:
                    return self.holders[role, unit]
            parent = self.units[unit].parent_id
            unit = next((name for name, row in self.units.items() if row.pk == parent), None)
        return self.office(key)

    def editor(self, code: str, key: str) -> User:
        """Who reports for a unit."""
        return self.of_unit(code, key, Role.UNIT_EDITOR)

    def head(self, code: str, key: str) -> User:
        """Who answers for what a unit says to be completed."""
        return self.of_unit(code, key, Role.UNIT_HEAD, Role.UNIT_EDITOR)

    def acceptance(self, task: Task) -> User:
        """Who confirms that a task is completed."""
        code = task.acceptance_unit.code if task.acceptance_unit else ""
        return self.holders.get((Role.ACCEPTANCE, code)) or self.office(task.code)

    def know_parts(self, tasks: list[Task]) -> None:
        """Remember tasks that were entered, and the parts of their units."""
        for task in tasks:
            self.tasks[task.code] = task
        rows = Assignment.objects.filter(task__in=tasks)
        for pk, task_code, unit in rows.values_list("pk", "task__code", "unit__code"):
            self.parts[task_code, unit] = pk

    def milestone(self, task: Task, due_on: str) -> int:
        """The milestone of a task that was set for a day."""
        return Milestone.objects.get(task=task, due_on=due_on).pk


def settle_in(password: str) -> Ground:
    """Enter the units and the people of the city."""
    ground = Ground(media={row.code: row for row in MediaCategory.objects.all()})
    people = content("people")
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    actor: User | None = None
    for position, row in enumerate(content("units"), start=1):
        ground.units[row["code"]] = units.enter_unit(
            actor=actor,
            values={
                "code": row["code"],
                "name": row["name"],
                "short_name": row["short"],
                "name_en": row["name_en"],
                "kind": kinds[row["kind"]],
                "position": 10 * position,
            },
            parent=ground.units.get(row["parent"]),
            aliases=row["aliases"],
            on=BEGUN,
            at=moment(BEGUN, MORNING, "units"),
        )
        if actor is None:  # The first unit is the city; what follows its administrator enters.
            [first] = [row for row in people if row["role"] == Role.ADMINISTRATOR]
            actor = _open_account(ground, None, first, password)
    for row in people:
        if row["username"] not in ground.users:
            _open_account(ground, actor, row, password)
    return ground


def _open_account(ground: Ground, actor: User | None, row: dict[str, Any], password: str) -> User:
    unit, role = ground.units[row["unit"]], Role(row["role"])
    user, _password = accounts.enter_account(
        actor=actor,
        username=row["username"],
        name=row["name"],
        post=row["post"],
        roles=[accounts.Grant(role, unit, reads_personal=role == Role.OFFICE)],
        password=password,
    )
    ground.users[user.username] = user
    ground.holders.setdefault((row["role"], unit.code), user)
    return user
