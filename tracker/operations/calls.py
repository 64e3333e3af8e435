"""Answers to a progress call that come in workbooks: kept, looked through, then entered at once.

A file holds what was read from it, so that what is confirmed is what was shown. Each of its rows
is ``{"sheet", "row", "assignment", "unit", "task", "title", "values", "matched"}``; the numbers
and days in ``values`` are plain, as JSON has them.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, ReportStatus
from tracker.figures.calls import last_reports
from tracker.figures.reports import percents_on
from tracker.models import Assignment, CallFile, DispatchRound, Event, ProgressReport, User
from tracker.operations import record, reports
from tracker.rules.reports import with_fall_reason

SAID = (
    *("text", "percent", "quantity_done", "is_on_schedule", "delay_reason", "next_steps"),
    *("applies_for_closure", "contact_name", "contact_phone"),
)
"""What a row says of its part; the names are those of a report."""


def reported_on(call: DispatchRound, today: date) -> date:
    """The day for which an answer that is handed in today counts: within the period."""
    if today < call.period_from:
        raise ValidationError(
            _("The period of the call begins on %(day)s. Nothing can be reported for it before."),
            code="early",
            params={"day": call.period_from.isoformat()},
        )
    return min(today, call.period_to)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one workbook says: rows, faults, parts left blank, or why it was not read."""

    name: str
    sha256: str
    refusal: str = ""
    rows: Sequence[Mapping[str, Any]] = ()
    faults: Sequence[Mapping[str, Any]] = ()
    blank: Sequence[int] = ()


@transaction.atomic
def keep_files(
    *, actor: User, call: DispatchRound, readings: Iterable[Reading], at: datetime
) -> list[CallFile]:
    """Keep what was read until somebody confirms it; nothing of it counts yet.

    A file takes the place of one that waits and that it replaces: of the same name, or with no
    row that the new one has not.
    """
    access.require(access.may_answer_call(actor))
    call = DispatchRound.objects.select_for_update(no_key=True).get(pk=call.pk)
    own = access.visible_call_files(actor).filter(round=call)
    waiting = list(own.waiting().filter(uploaded_by=actor).order_by("pk"))
    kept = []
    for reading in readings:
        file = CallFile(
            round=call,
            name=reading.name[-200:],
            sha256=reading.sha256,
            refusal=reading.refusal[:500],
            rows=list(reading.rows),
            faults=list(reading.faults),
            blank=list(reading.blank),
            uploaded_by=actor,
            uploaded_at=at,
        )
        file.save()
        for old in waiting:
            if old.name == file.name or (old.parts and old.parts <= file.parts):
                old.replaced_by = file
                old.save(update_fields=["replaced_by"])
        waiting = [old for old in waiting if old.replaced_by is None]
        kept.append(file)
    return kept


@transaction.atomic
def discard_file(*, actor: User, file_id: int, at: datetime) -> CallFile:
    """Put aside a file that waits; it can be handed in again."""
    file = _locked(actor, [file_id])[0]
    _refuse_ended([file])
    file.discarded_at = at
    file.save(update_fields=["discarded_at"])
    return file


def _locked(actor: User, ids: Collection[int]) -> list[CallFile]:
    rows = access.visible_call_files(actor).filter(pk__in=ids).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    access.require(len(found) == len(set(ids)))
    return found


def _refuse_ended(files: Iterable[CallFile]) -> None:
    for file in files:
        if not file.is_waiting:
            raise ValidationError(
                _("“%(name)s” is not waiting any more. Nothing was entered twice."),
                code="ended",
                params={"name": file.name},
            )


def fingerprints(files: Iterable[CallFile]) -> dict[int, str]:
    """``{file: digest}`` of what a preview rests on: the file, and the state of its parts.

    The confirmation of a file is refused when its digest differs from that of the preview.
    """
    files = list(files)
    parts = {row["assignment"] for file in files for row in file.rows}
    rows = Assignment.objects.filter(pk__in=parts)
    state = {pk: said for pk, *said in rows.values_list("pk", "version", "removed_on")}
    found = {}
    for file in files:
        own = sorted({row["assignment"] for row in file.rows})
        seen = [file.pk, file.sha256, [[part, state.get(part)] for part in own]]
        found[file.pk] = hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()
    return found


@transaction.atomic
def confirm_files(
    *,
    actor: User,
    call: DispatchRound,
    seen: Mapping[int, str],
    taken: Collection[str],
    on: date,
    at: datetime,
) -> list[ProgressReport]:
    """Enter the answers of several files as they were shown: all of them, or nothing.

    ``seen`` holds their fingerprints at the time of the preview. ``taken`` names the rows
    (``file:part``) that are to count although the part has been reported otherwise meanwhile;
    the others of that kind are left out.
    """
    files = _locked(actor, seen.keys())
    _refuse_ended(files)
    if not files:
        raise ValidationError(_("Choose at least one file."), code="none")
    for file in files:
        if not file.is_clean or file.round_id != call.pk:
            raise ValidationError(
                _("“%(name)s” has errors. Correct it and hand it in again; nothing was entered."),
                code="faults",
                params={"name": file.name},
            )
    record.lock_tasks(
        Assignment.objects.filter(
            pk__in={row["assignment"] for file in files for row in file.rows}
        ).values_list("task_id", flat=True)
    )
    if dict(seen) != fingerprints(files):
        raise ValidationError(
            _(
                "Something was reported since this page was shown. Look at it again; nothing was"
                " entered."
            ),
            code="changed",
        )
    entries = _entries(files, call, taken, on)
    entered = _enter(entries, actor=actor, call=call, on=on, at=at)
    for file in files:
        file.confirmed_at, file.confirmed_by = at, actor
    CallFile.objects.bulk_update(files, ["confirmed_at", "confirmed_by"])
    return entered


@dataclass(frozen=True, slots=True)
class _Entry:
    file: CallFile
    row: Mapping[str, Any]
    values: dict[str, Any]
    instead_of: ProgressReport | None


def _entries(
    files: Sequence[CallFile], call: DispatchRound, taken: Collection[str], on: date
) -> list[_Entry]:
    """The rows that say something new and are wanted."""
    told = [(file, row) for file in files for row in file.rows]
    _refuse_twice(told)
    standing = reports_of(call, {row["assignment"] for _file, row in told}, on)
    found = []
    for file, row in told:
        report = standing.get(row["assignment"])
        state = state_of(row, report)
        is_taken = f"{file.pk}:{row['assignment']}" in taken
        if state == "new" or (state == "conflict" and is_taken):
            found.append(_Entry(file, row, values_of(row), report))
    return found


def _refuse_twice(told: Iterable[tuple[CallFile, Mapping[str, Any]]]) -> None:
    first: dict[int, CallFile] = {}
    for file, row in told:
        other = first.setdefault(row["assignment"], file)
        if other != file:
            raise ValidationError(
                _(
                    "“%(one)s” and “%(other)s” both answer for %(unit)s, task %(task)s. Choose one"
                    " of the two files; nothing was entered."
                ),
                code="twice",
                params={
                    "one": other.name,
                    "other": file.name,
                    "unit": row["unit"],
                    "task": row["task"],
                },
            )


def reports_of(call: DispatchRound, parts: Iterable[int], day: date) -> dict[int, ProgressReport]:
    """The last report of each part in the period of the call, up to ``day``."""
    return last_reports(parts, reported_on__gte=call.period_from, reported_on__lte=day)


def state_of(row: Mapping[str, Any], report: ProgressReport | None) -> str:
    """``new``, ``same`` as what is reported already, or in ``conflict`` with it."""
    if report is None:
        return "new"
    values = values_of(row)
    same = all(
        (getattr(report, name) or None) == (value or None)
        for name, value in values.items()
        if name not in ("fall_reason", "is_on_schedule")
    )
    return "same" if same and report.is_on_schedule == values["is_on_schedule"] else "conflict"


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a kept row, as a report has them."""
    values = dict(row["values"])
    if values["quantity_done"] is not None:
        values["quantity_done"] = Decimal(values["quantity_done"])
    return values


def _enter(
    entries: Sequence[_Entry], *, actor: User, call: DispatchRound, on: date, at: datetime
) -> list[ProgressReport]:
    """Enter reports of many parts; the tasks are locked. Queries do not grow with the rows.

    Where the inspection has reports signed or reviewed first, they wait there as others do.
    """
    rows = Assignment.objects.select_related(
        *("task__inspection", "unit__kind", "unit__parent__kind", "unit__parent__parent")
    )
    parts = rows.in_bulk([entry.row["assignment"] for entry in entries])
    before = percents_on(parts.values(), on)
    entered, events, waiting = [], [], []
    for entry in entries:
        part = parts[entry.row["assignment"]]
        access.require(access.may_report(actor, part))
        values = _whole(entry, before[part.pk])
        report = ProgressReport(
            assignment=part,
            round=call,
            reported_on=on,
            author=actor,
            file=entry.file,
            sent_at=at,
            **values,
        )
        report.status = reports.stop_after(report, part.task, actor)
        if report.status != ReportStatus.SUBMITTED:
            waiting.append(report)
            continue
        report.percent_before = before[part.pk]
        part.version += 1
        events.append(_event(entry, part, values, report.percent_before, actor=actor, on=on, at=at))
        entered.append(report)
    own = {report.assignment_id for report in entered}
    changed = [part for part in parts.values() if part.pk in own]
    Assignment.objects.bulk_update(changed, ["version"], batch_size=record.BATCH)
    record.append(events)
    for report, event in zip(entered, events, strict=True):
        report.event = event
    ProgressReport.objects.bulk_create(entered, batch_size=record.BATCH)
    record.rebuild({part.task_id for part in changed}, at=at)
    reports.let_wait(waiting, at=at)
    return [*entered, *waiting]


def _whole(entry: _Entry, before: int) -> dict[str, Any]:
    """The values of a report that can be entered, or a refusal that names the row.

    A row that counts instead of what was reported on line says so where progress falls by it.
    """
    values = with_fall_reason(entry.values, before)
    if entry.instead_of and values["percent"] < before:
        values.setdefault(
            "fall_reason",
            _("The workbook counts instead of the report of %(day)s.")
            % {"day": entry.instead_of.reported_on},
        )
    try:
        reports.refuse_gaps(values, before=before)
    except ValidationError as refusal:
        raise ValidationError(
            _("“%(name)s”, row %(row)s: %(refusal)s Nothing was entered."),
            code="gaps",
            params={
                "name": entry.file.name,
                "row": entry.row["row"],
                "refusal": " ".join(refusal.messages),
            },
        ) from None
    return values


def _event(
    entry: _Entry,
    part: Any,
    values: Mapping[str, Any],
    before: int,
    *,
    actor: User,
    on: date,
    at: datetime,
) -> Event:
    """The entry of the record; it names the file and the row it came from."""
    return record.entry(
        EventKind.REPORTED,
        actor=actor,
        on=on,
        at=at,
        before={"percent": before},
        after={
            "percent": values["percent"],
            "quantity_done": values["quantity_done"],
            "quantity_target": part.task.quantity_target,
            "version": part.version,
            "file": entry.file.name,
            "sha256": entry.file.sha256,
            "row": f"{entry.row['sheet']}!{entry.row['row']}",
        },
        note=values["text"],
        inspection=part.task.inspection,
        task=part.task,
        assignment=part,
        unit=part.unit,
    )
