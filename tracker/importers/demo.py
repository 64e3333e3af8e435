"""The demonstration city: everything that its people ever did, entered in the order they did it.

The content is written in ``fixtures/demo``. Each action goes through the operation that a page
would call, with the person, the day and the moment that it would have had.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import override

from tracker.choices import RoundKind
from tracker.importers.demo_ground import (
    Action,
    Clock,
    Ground,
    content,
    day,
    day_if_any,
    moment,
    settle_in,
)
from tracker.importers.demo_stories import Story, judge
from tracker.importers.demo_talk import talk
from tracker.models import Event, Issue, OrgMember, Petition, Source
from tracker.operations import (
    bookmarks,
    entering,
    inspections,
    issues,
    petitions,
    programmes,
    progress,
    telling,
)
from tracker.workdays import month_end

REFERENCE = ("unit_kinds", "media", "sources", "return_reasons", "holidays")
LAST_CALL = date(2025, 9, 30)
"""The demonstration ends with the call for this month."""

NEWS = timedelta(days=21)
"""How far back people were not told yet."""

BEGINNING: Clock = (8, 20, 1)
ISSUING: Clock = (8, 30, 1)
CALLING: Clock = (8, 40, 1)
SETTLING: Clock = (13, 30, 60)
READING: Clock = (18, 0, 10)
HANDING_OVER: Clock = (18, 20, 1)

TASK_FIELDS = (
    "number",
    "number_printed",
    "title",
    "goal",
    "deadline_text",
    "is_standing",
    "accountable_leader",
    "case_leader",
    "task_force",
)


@transaction.atomic
def load(*, password: str) -> None:
    """Enter the whole demonstration into an empty database; all accounts have one password."""
    with override("zh-hans"):
        for name in REFERENCE:
            call_command("loaddata", f"reference/{name}", verbosity=0)
        ground = settle_in(password)
        for action in sorted(_actions(ground), key=lambda action: action.at):
            action.do(action.at)
        _tell_of_the_last_weeks()


def _tell_of_the_last_weeks() -> None:
    """What the people of the city would have been told of late; what is older was told long ago."""
    last = Event.objects.latest("sequence")
    old = Event.objects.filter(recorded_at__lt=last.recorded_at - NEWS)
    bookmarks.leave_record_at(old.latest("sequence").sequence)
    telling.tell_of_record(on=last.effective_on, at=last.recorded_at)


def _actions(ground: Ground) -> Iterator[Action]:
    """Everything that happened, in no order."""
    lines, problems = content("tasks"), content("issues")
    for number, facts in enumerate(content("inspections")):
        code = facts["code"]
        own = [line for line in lines if line["inspection"] == code]
        begun = moment(day(facts["onsite_from"]), BEGINNING, code)
        yield Action(begun, partial(_enter_inspection, ground=ground, facts=facts))
        fed_back = moment(day(facts["feedback_on"]), ISSUING, code)
        rows = [row for row in problems if row["inspection"] == code]
        yield Action(fed_back, partial(_enter_issues, ground=ground, rows=rows))
        issued_on = min(line["story"]["issued_on"] for line in own)
        yield Action(
            moment(day(issued_on), ISSUING, code), partial(_issue, ground=ground, lines=own)
        )
        for line in own:
            yield from Story(ground, line).actions()
        first = month_end(day(issued_on)) + timedelta(days=1)
        yield from _calls(ground, code, own, first=first, judging=(17, 30 * number, 1))
    yield from _petitions(ground)
    yield from _programmes(ground)
    yield from talk(ground)


def _enter_inspection(at: datetime, *, ground: Ground, facts: Mapping[str, Any]) -> None:
    values = {name: value for name, value in facts.items() if name != "members"}
    inspection = inspections.enter_inspection(
        actor=ground.office("inspections"),
        values={**values, "is_demonstration": True},
        on=at.date(),
        at=at,
    )
    inspection.refresh_from_db()
    ground.inspections[inspection.code] = inspection
    for member in facts["members"]:
        OrgMember.objects.create(inspection=inspection, **member)


def _enter_issues(at: datetime, *, ground: Ground, rows: list[Mapping[str, Any]]) -> None:
    sources = {source.code: source for source in Source.objects.all()}
    for row in rows:
        related = {
            "source": sources[row["source"]],
            "medium": ground.media[row["medium"]],
            "unit": ground.units[row["unit"]],
        }
        plain = {name: value for name, value in row.items() if name != "inspection"}
        issues.enter_issue(
            actor=ground.office("issues"),
            inspection=ground.inspections[row["inspection"]],
            values={**plain, **related},
            on=at.date(),
            at=at,
        )


def _issue(at: datetime, *, ground: Ground, lines: list[Mapping[str, Any]]) -> None:
    inspection = ground.inspections[lines[0]["inspection"]]
    problems = {issue.number: issue for issue in Issue.objects.filter(inspection=inspection)}
    entered = entering.enter_tasks(
        actor=ground.office("tasks"),
        inspection=inspection,
        plans=[_plan(ground, line, problems[line["issue"]]) for line in lines],
        on=at.date(),
        at=at,
        note=f"根据{inspection.plan_document_no}下达",
    )
    ground.know_parts(entered)


def _plan(ground: Ground, line: Mapping[str, Any], issue: Issue) -> entering.TaskPlan:
    units = sorted(line["units"], key=lambda row: not row["is_lead"])
    return entering.TaskPlan(
        issue=issue,
        **{name: line[name] for name in TASK_FIELDS},
        deadline_kind=line["kind"],
        due_on=day_if_any(line["due_on"]),
        interim_due_on=day_if_any(line["interim_due_on"]),
        units=[ground.units[row["unit"]] for row in units],
        lead=ground.units[units[0]["unit"]],
        supporting_units=[ground.units[code] for code in line["supporting"]],
        supervising_unit=ground.units[line["supervising_unit"]],
        acceptance_unit=ground.units[line["acceptance_unit"]],
        measures=[
            entering.MeasurePlan(
                number=row["number"],
                text=row["text"],
                kind=row["kind"],
                unit=ground.units.get(row["unit"]),
                owner=row["owner"],
                due_on=day_if_any(row["due_on"]),
            )
            for row in line["measures"]
        ],
        # The interim result of a deadline is entered as a milestone by itself.
        milestones=[
            (row["title"], day(row["due_on"]))
            for row in line["milestones"]
            if row["due_on"] != line["interim_due_on"]
        ],
    )


def _calls(
    ground: Ground,
    code: str,
    lines: list[Mapping[str, Any]],
    *,
    first: date,
    judging: Clock,
) -> Iterator[Action]:
    """A call for each month, and what the office made of the answers where it said so."""
    judged = defaultdict(list)
    for line in lines:
        for row in line["story"]["judgements"]:
            judged[row["round"]].append({**row, "task": f"{code}-{line['number']}"})
    while first < LAST_CALL:
        last = month_end(first)
        opened = moment(first.replace(day=15), CALLING, code)
        yield Action(opened, partial(_call, ground=ground, code=code, first=first, last=last))
        said = judged[f"{first:%Y-%m}"]
        if said:
            judge_all = partial(_judge, ground=ground, code=code, first=first, said=said)
            yield Action(moment(last, judging, code), judge_all)
        first = last + timedelta(days=1)


def _call(at: datetime, *, ground: Ground, code: str, first: date, last: date) -> None:
    ground.rounds[code, f"{first:%Y-%m}"] = progress.open_round(
        actor=ground.office("calls"),
        inspection=ground.inspections[code],
        kind=RoundKind.MONTHLY,
        name=f"{first.year}年{first.month}月",
        period_from=first,
        period_to=last,
        due_on=first.replace(day=25),
        on=at.date(),
        at=at,
    )


def _judge(
    at: datetime, *, ground: Ground, code: str, first: date, said: Sequence[Mapping[str, Any]]
) -> None:
    judge(at, ground=ground, call=ground.rounds[code, f"{first:%Y-%m}"], said=said)


def _petitions(ground: Ground) -> Iterator[Action]:
    """Petitions of the main inspection: handed over day by day, settled one by one."""
    known: dict[str, int] = {}
    rows = content("petitions")
    for received_on in sorted({row["received_on"] for row in rows}):
        own = [row for row in rows if row["received_on"] == received_on]
        at = moment(day(received_on), HANDING_OVER, received_on)
        yield Action(at, partial(_hand_over, ground=ground, rows=own, known=known))
    for row in rows:
        steps = [
            (row["interim_on"], {"interim_on": day_if_any(row["interim_on"])}),
            (row["closed_on"], {name: row[name] for name in ("truth", "closed_on", "outcome")}),
        ]
        for on, values in steps:
            if on:
                settle = partial(_settle, ground=ground, row=row, known=known, values=values)
                yield Action(moment(day(on), SETTLING, row["number"]), settle)


def _hand_over(
    at: datetime, *, ground: Ground, rows: list[Mapping[str, Any]], known: dict[str, int]
) -> None:
    entered = petitions.register_petitions(
        actor=ground.office("petitions"),
        inspection=ground.inspections["2022s2"],
        rows=[
            (
                Petition(
                    **{name: row[name] for name in ("number", "batch", "place", "summary")},
                    received_on=at.date(),
                    unit=ground.units[row["unit"]],
                ),
                [ground.media[code] for code in row["media"]],
            )
            for row in rows
        ],
        at=at,
    )
    known.update({petition.number: petition.pk for petition in entered})


def _settle(
    at: datetime,
    *,
    ground: Ground,
    row: Mapping[str, Any],
    known: Mapping[str, int],
    values: dict[str, Any],
) -> None:
    if "closed_on" in values:
        values = {**values, "closed_on": at.date()}
    petitions.settle_petition(
        actor=ground.editor(row["unit"], row["number"]),
        petition_id=known[row["number"]],
        version=None,
        values=values,
        on=at.date(),
        at=at,
    )


def _programmes(ground: Ground) -> Iterator[Action]:
    known: dict[str, Any] = {}
    for facts in content("programmes"):
        begun = moment(date(2022, 4, 18), CALLING, facts["code"])
        yield Action(begun, partial(_enter_programme, ground=ground, facts=facts, known=known))
        for row in facts["readings"]:
            at = moment(day(row["as_of"]), READING, facts["code"])
            read = partial(_read, ground=ground, code=facts["code"], row=row, known=known)
            yield Action(at, read)


def _enter_programme(
    at: datetime, *, ground: Ground, facts: Mapping[str, Any], known: dict[str, Any]
) -> None:
    values = {name: value for name, value in facts.items() if name != "readings"}
    values["inspection"] = ground.inspections[facts["inspection"]]
    known[facts["code"]] = programmes.enter_programme(
        actor=ground.office("programmes"), values=values, on=at.date(), at=at
    )


def _read(
    at: datetime, *, ground: Ground, code: str, row: Mapping[str, Any], known: Mapping[str, Any]
) -> None:
    programmes.take_reading(
        actor=ground.office("programmes"),
        programme=known[code],
        values={**row, "as_of": at.date()},
        at=at,
    )
