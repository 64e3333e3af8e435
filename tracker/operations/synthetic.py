"""Synthetic lists of any size, for measuring: plausible in shape, meaningless in content.

The same numbers and seed give the same list. Events are chained and spans folded as for any
other list; only the rows are written in bulk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker.choices import (
    DeadlineKind,
    EventKind,
    InspectionKind,
    InspectionLevel,
    ReportStatus,
    RoundKind,
)
from tracker.models import (
    Assignment,
    Event,
    Inspection,
    Issue,
    MediaCategory,
    ProgressReport,
    Source,
    Task,
    Unit,
    UnitKind,
    User,
)
from tracker.operations import record
from tracker.operations.entering import MeasurePlan, TaskPlan, enter_tasks
from tracker.operations.inspections import enter_inspection
from tracker.operations.issues import enter_issue
from tracker.operations.progress import open_round
from tracker.operations.units import enter_unit
from tracker.workdays import month_end

START, END = date(2022, 3, 1), date(2024, 12, 31)
"""The first day of the list, and the last day on which anything is reported."""

COUNTIES, TOWNS = 10, 3
CHUNK = 500
PREFIX = "load-"
WORDS = (
    "完善管网建设",
    "落实雨污分流",
    "关停散乱污企业",
    "清理固废堆场",
    "修复岸线生态",
    "整治入河排污口",
)
"""What the tasks are about, over and over."""


@dataclass(frozen=True)
class _Ground:
    """What the tasks of a synthetic list stand on."""

    inspection: Inspection
    units: Sequence[Unit]
    bureaus: Sequence[Unit]
    issues: Sequence[Issue]
    author: User


def moment(day: date) -> datetime:
    """When what held on ``day`` was entered: the same day at nine, in Shanghai."""
    return datetime.combine(day, time(1), tzinfo=UTC)


def make_list(*, tasks: int, reports: int, seed: int) -> Inspection:
    """Enter ``tasks`` tasks with ``reports`` reports for each unit that answers for one."""
    code = f"{PREFIX}{seed}"
    if Inspection.objects.filter(code=code).exists():
        raise ValidationError(
            _("There is a synthetic list of the seed %(seed)s already. Choose another seed."),
            code="seed_taken",
            params={"seed": seed},
        )
    chance = Random(seed)
    with transaction.atomic():
        ground = _ground(code, issues=max(1, tasks // 2), chance=chance)
        for first in range(1, tasks + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, tasks + 1))
            entered = enter_tasks(
                actor=None,
                inspection=ground.inspection,
                plans=[_plan(number, ground, chance) for number in numbers],
                on=START,
                at=moment(START),
            )
            _report(entered, reports, ground, chance)
    return ground.inspection


def _ground(code: str, *, issues: int, chance: Random) -> _Ground:
    inspection = enter_inspection(
        actor=None,
        values={
            "code": code,
            "name": f"合成数据 {code}",
            "short_name": code,
            "level": InspectionLevel.PROVINCIAL,
            "kind": InspectionKind.ROUTINE,
            "feedback_on": START,
            "is_demonstration": True,
        },
        on=START,
        at=moment(START),
    )
    units, bureaus = _units(code)
    day = START
    while day <= END:
        last = month_end(day)
        open_round(
            actor=None,
            inspection=inspection,
            kind=RoundKind.MONTHLY,
            name=f"{day:%Y-%m}",
            period_from=day,
            period_to=last,
            due_on=day.replace(day=25),
            on=day,
            at=moment(day),
        )
        day = last + timedelta(days=1)
    author, _made = User.objects.get_or_create(
        username=code, defaults={"name": code, "is_active": False, "password": "!"}
    )
    return _Ground(inspection, units, bureaus, _issues(inspection, issues, chance), author)


def _units(code: str) -> tuple[list[Unit], list[Unit]]:
    """Counties with their towns, and bureaus, below the root that there is, or a new one."""
    kind, _made = UnitKind.objects.get_or_create(
        code="region", defaults={"name": "地区", "name_en": "region", "position": 10}
    )

    def enter(name: str, parent: Unit | None, number: str) -> Unit:
        values = {"code": f"{code}-{number}", "name": f"{code} {name}", "short_name": name}
        return enter_unit(
            actor=None,
            values={**values, "kind": kind, "position": 9000},
            parent=parent,
            on=START,
            at=moment(START),
        )

    root = Unit.objects.plain().filter(parent=None).first() or enter("合成市", None, "city")
    units = []
    for number in range(1, COUNTIES + 1):
        county = enter(f"合成县{number}", root, f"c{number}")
        towns = [
            enter(f"合成镇{number}-{own}", county, f"c{number}t{own}")
            for own in range(1, TOWNS + 1)
        ]
        units += [county, *towns]
    bureaus = [enter(f"合成局{number}", root, f"b{number}") for number in range(1, 6)]
    return units, bureaus


def _issues(inspection: Inspection, count: int, chance: Random) -> list[Issue]:
    source, _made = Source.objects.get_or_create(
        code="synthetic", defaults={"name": "合成数据", "name_en": "synthetic data"}
    )
    media = list(MediaCategory.objects.order_by("position", "code")) or [
        MediaCategory.objects.create(code="synthetic", name="合成类别", name_en="synthetic")
    ]
    return [
        enter_issue(
            actor=None,
            inspection=inspection,
            values={
                "number": number,
                "title": f"{chance.choice(WORDS)}不到位（{number}）",
                "text": f"{chance.choice(WORDS)}不到位，{chance.choice(WORDS)}滞后。" * 3,
                "source": source,
                "medium": chance.choice(media),
            },
            on=START,
            at=moment(START),
        )
        for number in range(1, count + 1)
    ]


def _plan(number: int, ground: _Ground, chance: Random) -> TaskPlan:
    units = chance.sample(ground.units, chance.choices([1, 2, 3], [80, 15, 5])[0])
    is_standing = chance.random() < 0.1
    due_on = None if is_standing else month_end(START + timedelta(days=chance.randint(200, 1300)))
    text = "，".join(chance.choice(WORDS) for _word in range(chance.randint(2, 8)))
    return TaskPlan(
        issue=ground.issues[(number - 1) % len(ground.issues)],
        number=number,
        title=f"{chance.choice(WORDS)}（{number}）",
        goal=f"{text}，达到整改目标。",
        deadline_text=f"{due_on:%Y年%m月}底前" if due_on else "长期坚持",
        deadline_kind=DeadlineKind.DATED if due_on else DeadlineKind.STANDING,
        due_on=due_on,
        is_standing=is_standing,
        units=units,
        lead=units[0],
        supervising_unit=chance.choice(ground.bureaus),
        acceptance_unit=chance.choice(ground.bureaus),
        measures=[MeasurePlan(text=f"{text}。"), MeasurePlan(text=chance.choice(WORDS))],
        accountable_leader="合成领导",
    )


def _report(tasks: Sequence[Task], reports: int, ground: _Ground, chance: Random) -> None:
    """Report on each part of these tasks; most are completed in the end, some closed."""
    parts = list(
        Assignment.objects.filter(task__in=tasks).select_related("task", "unit").order_by("pk")
    )
    events: list[Event] = []
    for part in parts:
        part.task.inspection = ground.inspection
        events += _story(part, reports, chance)
    record.append(events)
    ProgressReport.objects.bulk_create(
        [
            ProgressReport(
                assignment=event.assignment,
                status=ReportStatus.SUBMITTED,
                reported_on=event.effective_on,
                percent=event.details["after"]["percent"],
                percent_before=event.details["before"]["percent"],
                text=event.note,
                author=ground.author,
                event=event,
            )
            for event in events
            if event.kind == EventKind.REPORTED
        ],
        batch_size=record.BATCH,
    )
    record.rebuild([task.pk for task in tasks], at=moment(END))


def _story(part: Assignment, reports: int, chance: Random) -> Iterator[Event]:
    """The reports of one unit on one task over the years, and how it ended."""

    def said(kind: EventKind, on: date, **more: Any) -> Event:
        subject: dict[str, Any] = {"task": part.task, "assignment": part, "unit": part.unit}
        inspection = part.task.inspection
        return record.entry(
            kind, actor=None, on=on, at=moment(on), inspection=inspection, **subject, **more
        )

    ends = chance.random()
    length = int((END - START).days * chance.uniform(0.3, 1))
    percent = 0
    for number in range(1, reports + 1):
        on = START + timedelta(days=number * length // (reports + 1))
        before, percent = percent, min(99, percent + chance.randint(0, 200 // (reports + 1)))
        yield said(
            EventKind.REPORTED,
            on,
            before={"percent": before},
            after={"percent": percent},
            note=f"{chance.choice(WORDS)}，已完成{percent}%。",
        )
    last = START + timedelta(days=length)
    if ends < 0.6:
        yield said(EventKind.COMPLETED, last, after={"percent": 100})
    if ends < 0.3 and reports:
        yield said(EventKind.CLOSURE_TAKEN_OVER, last)
