"""The years of one demonstration task: who did what about it, and when."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from tracker.choices import DelayReason
from tracker.figures import rounds
from tracker.importers.demo_closures import Procedure
from tracker.importers.demo_ground import FOLDER, Action, Clock, Ground, day, moment
from tracker.models import DispatchRound, Task
from tracker.operations import amendments, assignments, evidence, measures, progress

DECISIONS: Clock = (8, 45, 10)
SIGNING: Clock = (9, 0, 30)
REPORTS: Clock = (9, 40, 300)
MEASURES: Clock = (14, 50, 30)
MILESTONES: Clock = (15, 25, 30)
COMPLETIONS: Clock = (16, 0, 25)
CONFIRMATIONS: Clock = (16, 30, 14)
CLOSURES: Clock = (16, 45, 14)
REPORT_FIELDS = ("text", "percent", "difficulties", "next_steps")


class Story:
    """One line of the content, as actions in the order of their moments or not."""

    def __init__(self, ground: Ground, line: Mapping[str, Any]):
        self.ground, self.line, self.told = ground, line, line["story"]
        self.code = f"{line['inspection']}-{line['number']}"
        self.lead = next(row["unit"] for row in line["units"] if row["is_lead"])

    @property
    def task(self) -> Task:
        return self.ground.tasks[self.code]

    def actions(self) -> Iterator[Action]:
        """Everything that happened to the task after it was issued."""
        for unit, on in self.told["acknowledged"].items():
            yield self._action(self._acknowledge, on, SIGNING, unit=unit)
        before = dict.fromkeys(self.told["acknowledged"], 0)
        for said in sorted(self.told["reports"], key=lambda row: row["on"]):
            falls = said["percent"] < before[said["unit"]] and not self._reopened(said)
            before[said["unit"]] = said["percent"]
            yield self._action(self._report, said["on"], REPORTS, said=said, falls=falls)
        for number, row in enumerate(self.line["measures"], start=1):
            if row["completed_on"]:
                yield self._action(
                    self._complete_measure, row["completed_on"], MEASURES, number=number, row=row
                )
        for row in self.line["milestones"]:
            if row["reached_on"]:
                yield self._action(self._reach, row["reached_on"], MILESTONES, row=row)
        yield from self._endings()
        yield from self._amendments()

    def _endings(self) -> Iterator[Action]:
        for unit, days in self.told["completion"].items():
            entered_on = days.get("entered_on") or days["reported_on"]
            yield self._action(
                self._report_completion,
                entered_on,
                COMPLETIONS,
                unit=unit,
                held_on=days["reported_on"],
            )
            yield self._action(self._confirm, days["confirmed_on"], CONFIRMATIONS, unit=unit)
        for unit, on in self.told["closure"].items():
            yield self._action(self._close, on, CLOSURES, unit=unit)
        for unit, steps in self.told.get("closing", {}).items():
            yield from Procedure(self.ground, self.code, unit, steps).actions()
        for row in self.told["reopen"]:
            yield self._action(self._reopen, row["on"], DECISIONS, row=row)

    def _amendments(self) -> Iterator[Action]:
        for row in self.told["extensions"]:
            yield self._action(self._extend, row["on"], DECISIONS, row=row)
        left = self.told["withdrawn"]
        if left:
            do = self._merge if left["kind"] == "merged" else self._withdraw
            yield self._action(do, left["on"], DECISIONS, row=left)

    def _action(self, do: Any, on: str, clock: Clock, **what: Any) -> Action:
        key = f"{self.code} {what.get('unit', '')}"
        return Action(moment(day(on), clock, key), partial(do, **what))

    def _part(self, unit: str) -> dict[str, Any]:
        return {"assignment_id": self.ground.parts[self.code, unit], "version": None}

    def _reopened(self, said: Mapping[str, Any]) -> bool:
        """Whether the unit's part had been taken up again by the day of a report."""
        return any(
            row["unit"] == said["unit"] and row["on"] <= said["on"] for row in self.told["reopen"]
        )

    def _acknowledge(self, at: datetime, *, unit: str) -> None:
        actor = self.ground.editor(unit, self.code)
        assignments.acknowledge(actor=actor, **self._part(unit), on=at.date(), at=at)

    def _report(self, at: datetime, *, said: Mapping[str, Any], falls: bool) -> None:
        values = {name: said[name] for name in REPORT_FIELDS}
        if falls:
            values["fall_reason"] = said["delay_reason"]
        elif said["delay_reason"]:
            values["delay_reason"] = said["delay_reason"]
            values["delay_kind"] = DelayReason.OBJECTIVE
        files = [
            evidence.check(
                ContentFile((FOLDER / "photos" / photo["file"]).read_bytes(), name=photo["name"])
            )
            for photo in said.get("photos", ())
        ]
        progress.submit_report(
            actor=self.ground.editor(said["unit"], self.code),
            **self._part(said["unit"]),
            values=values,
            files=files,
            on=at.date(),
            at=at,
        )

    def _complete_measure(self, at: datetime, *, number: int, row: Mapping[str, Any]) -> None:
        measures.complete_measure(
            actor=self.ground.editor(row["unit"] or self.lead, self.code),
            measure_id=self.task.measures.get(number=number).pk,
            version=None,
            on=at.date(),
            at=at,
        )

    def _reach(self, at: datetime, *, row: Mapping[str, Any]) -> None:
        measures.reach_milestone(
            actor=self.ground.editor(self.lead, self.code),
            milestone_id=self.ground.milestone(self.task, row["due_on"]),
            version=None,
            on=at.date(),
            at=at,
        )

    def _report_completion(self, at: datetime, *, unit: str, held_on: str) -> None:
        progress.report_completion(
            actor=self.ground.head(unit, self.code),
            **self._part(unit),
            on=day(held_on),
            at=at,
            note="整改任务已完成，申请核实确认。",
        )

    def _confirm(self, at: datetime, *, unit: str) -> None:
        actor = self.ground.acceptance(self.task)
        progress.complete_assignment(actor=actor, **self._part(unit), at=at)

    def _close(self, at: datetime, *, unit: str) -> None:
        actor = self.ground.office(self.code)
        progress.take_over_closure(actor=actor, **self._part(unit), on=at.date(), at=at)

    def _reopen(self, at: datetime, *, row: Mapping[str, Any]) -> None:
        progress.reopen_assignment(
            actor=self.ground.office(self.code),
            **self._part(row["unit"]),
            percent=row["percent"],
            reason=row["reason"],
            on=at.date(),
            at=at,
        )

    def _extend(self, at: datetime, *, row: Mapping[str, Any]) -> None:
        amendments.extend_deadline(
            **self._decision(row, at), new_text=row["new_text"], new_due_on=day(row["new_due_on"])
        )

    def _withdraw(self, at: datetime, *, row: Mapping[str, Any]) -> None:
        amendments.withdraw_task(**self._decision(row, at))

    def _merge(self, at: datetime, *, row: Mapping[str, Any]) -> None:
        into = self.ground.tasks[f"{self.line['inspection']}-{row['merged_into']}"]
        amendments.merge_task(**self._decision(row, at), into_id=into.pk)

    def _decision(self, row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        return {
            "actor": self.ground.office(self.code),
            "task_id": self.task.pk,
            "version": None,
            "reason": row["reason"],
            "document_no": row["document_no"],
            "on": at.date(),
            "at": at,
        }


def judge(
    at: datetime, *, ground: Ground, call: DispatchRound, said: Iterable[Mapping[str, Any]]
) -> None:
    """The office goes through the answers to a call, one after the other, on its last day."""
    board = rounds.board(call, Task.objects.live(), as_of=call.period_to)
    suggested = {line.span.assignment_id: line.suggestion.judgement for line in board.lines}
    for number, row in enumerate(said):
        part = ground.parts[row["task"], row["unit"]]
        progress.judge_progress(
            actor=ground.office(row["task"]),
            assignment_id=part,
            call=call,
            judgement=row["judgement"],
            suggested=suggested.get(part, ""),
            reason=row["reason"],
            on=call.period_to,
            at=at + timedelta(seconds=30 * number),
        )
