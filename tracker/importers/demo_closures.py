"""The procedure of closure in the demonstration: one unit's part, step by step."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from tracker.choices import Condition
from tracker.importers.demo_ground import Action, Clock, Ground, day, moment
from tracker.models import Assignment, Closure, User
from tracker.operations import closures, notices

CLOCKS: dict[str, Clock] = {
    "apply": (10, 10, 40),
    "take": (9, 20, 20),
    "return": (15, 40, 30),
    "decide": (16, 10, 30),
    "publish": (8, 50, 20),
    "object": (14, 20, 60),
}


class Procedure:
    """What happened to the attempt of one unit to have its part of a task closed."""

    def __init__(self, ground: Ground, task: str, unit: str, steps: list[Mapping[str, Any]]):
        self.ground, self.key, self.unit, self.steps = ground, (task, unit), unit, steps

    def actions(self) -> Iterator[Action]:
        for said in self.steps:
            do = getattr(self, f"_{said['step']}")
            at = moment(day(said["on"]), CLOCKS[said["step"]], " ".join(self.key))
            yield Action(at, partial(do, said={**said}))

    @property
    def _closure(self) -> Closure:
        return Closure.objects.select_related("notice").get(assignment=self.ground.parts[self.key])

    def _about(self, actor: User, at: datetime) -> dict[str, Any]:
        return {
            "actor": actor,
            "closure_id": self._closure.pk,
            "version": None,
            "on": at.date(),
            "at": at,
        }

    def _accepter(self) -> User:
        """Who accepts: the acceptance unit's own, or of the office whoever did not apply."""
        part = Assignment.objects.select_related("task__acceptance_unit").get(
            pk=self.ground.parts[self.key]
        )
        people = [self.ground.acceptance(part.task)]
        people += [self.ground.users[name] for name in ("office", "lumingyuan")]
        return next(user for user in people if user.pk != self._closure.applied_by_id)

    def _apply(self, at: datetime, *, said: dict[str, Any]) -> None:
        part = Assignment.objects.get(pk=self.ground.parts[self.key])
        closures.apply_for_closure(
            actor=self.ground.head(self.unit, self.key[0]),
            assignment_id=part.pk,
            version=None,
            self_checked_on=day(said["self_checked_on"]),
            self_check=said["self_check"],
            completion_text=said["completion_text"],
            is_statement=False,
            meeting_on=None,
            unit_head=said["unit_head"],
            evidence=list(part.task.evidence.filter(report__assignment=part)),
            on=at.date(),
            at=at,
        )

    def _take(self, at: datetime, *, said: dict[str, Any]) -> None:
        closures.take_for_acceptance(**self._about(self._accepter(), at))

    def _return(self, at: datetime, *, said: dict[str, Any]) -> None:
        closures.return_application(reason=said["reason"], **self._about(self._accepter(), at))

    def _decide(self, at: datetime, *, said: dict[str, Any]) -> None:
        closures.decide_acceptance(
            passes=True,
            answers={condition: (True, said["findings"][condition]) for condition in Condition},
            desk_finding=said["desk_finding"],
            field_finding=said["field_finding"],
            field_checked_on=day(said["field_checked_on"]),
            team_leader=said["team_leader"],
            team_members=said["team_members"],
            opinion=said["opinion"],
            **self._about(self._accepter(), at),
        )

    def _publish(self, at: datetime, *, said: dict[str, Any]) -> None:
        notices.publish_notice(
            begins_on=day(said["begins_on"]),
            completion_text=self._closure.completion_text,
            issuer=said["issuer"],
            phone=said["phone"],
            email=said["email"],
            **self._about(self.ground.office(self.key[0]), at),
        )

    def _object(self, at: datetime, *, said: dict[str, Any]) -> None:
        notices.receive_objection(
            actor=self.ground.office(self.key[0]),
            notice_id=self._closure.notice.pk,
            content=said["content"],
            received_on=at.date(),
            channel=said["channel"],
            contact=said["contact"],
            on=at.date(),
            at=at,
        )
