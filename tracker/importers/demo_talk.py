"""What the people of the demonstration asked each other on their tasks (问答)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from tracker.importers.demo_ground import Action, Clock, Ground, content, day, moment
from tracker.models import Assignment, Question
from tracker.operations import discussions

ASKING: Clock = (9, 10, 90)
ANSWERING: Clock = (14, 20, 90)
SETTLING: Clock = (16, 30, 60)


def talk(ground: Ground) -> Iterator[Action]:
    """Every question, its answers, and its end where it has one."""
    for row in content("questions"):
        key = row["text"]
        about = {"ground": ground, "row": row}
        yield Action(moment(day(row["on"]), ASKING, key), partial(_ask, **about))
        for said in row["answers"]:
            at = moment(day(said["on"]), ANSWERING, key)
            yield Action(at, partial(_answer, **about, said=said))
        if row["settled"]:
            at = moment(day(row["settled"]["on"]), SETTLING, key)
            yield Action(at, partial(_settle, **about))


def _ask(at: datetime, *, ground: Ground, row: Mapping[str, Any]) -> None:
    discussions.ask(
        actor=ground.users[row["by"]],
        task_id=ground.tasks[row["task"]].pk,
        addressee=row["addressee"],
        part=Assignment.objects.get(pk=ground.parts[row["task"], row["unit"]]),
        text=row["text"],
        mentions=[ground.users[name] for name in row["mentions"]],
        at=at,
    )


def _answer(
    at: datetime, *, ground: Ground, row: Mapping[str, Any], said: Mapping[str, Any]
) -> None:
    discussions.answer(
        actor=ground.users[said["by"]], question_id=_key(row), text=said["text"], at=at
    )


def _settle(at: datetime, *, ground: Ground, row: Mapping[str, Any]) -> None:
    discussions.settle(actor=ground.users[row["settled"]["by"]], question_id=_key(row), at=at)


def _key(row: Mapping[str, Any]) -> int:
    return Question.objects.get(task__code=row["task"], text=row["text"]).pk
