"""The chain of closure with many people at once; each race as in ``race``.

Run by ``test_closure_races`` as ``python -m tests.operations.closure_race``.
"""

import json
import sys
from datetime import timedelta

from tests.operations.race import WORKERS, race

# isort: split
# ``race`` has set Django up, so that models can be imported.
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.timezone import localdate, now

from tests import closing, factories
from tests.closing import completed_task
from tracker.choices import DayCount, Role
from tracker.models import Closure, Inspection, Objection, Task, User
from tracker.operations import notices
from tracker.operations.record import Stale

TODAY = localdate()
GRACE_DAYS = 5


def prepare():
    """A task of a town whose county accepts first, and eight people of every office."""
    call_command("migrate", verbosity=0)
    town = factories.unit_of_code("shatian", "沙渚镇", factories.county())
    places = {
        Role.UNIT_EDITOR: town,
        Role.OFFICE: factories.county(),
        Role.ACCEPTANCE: factories.bureau(),
    }
    for role, unit in places.items():
        for number in range(WORKERS):
            factories.make_user(role, unit, f"{role}-{number}")
    for number in range(WORKERS):
        factories.make_user(Role.OFFICE, factories.city(), f"city-{number}")
    factories.the_inspection()
    Inspection.objects.update(county_accepts=True)
    completed_task(units=[town])


def person(name, number=0):
    return User.objects.get(username=f"{name}-{number}")


def attempt():
    return Closure.objects.order_by("pk").last()


def told(step):
    """What a person is told of a step: it was taken, or refused, and in which words."""
    try:
        step()
    except Stale:
        return "stale"
    except ValidationError:
        return "refused"
    return "accepted"


def apply_anew():
    last = attempt()
    if last is not None and last.stage == "pre_accepted":
        closing.withdraw(last, person("unit_editor"), on=TODAY)
    closing.apply(Task.objects.get(), person("unit_editor"), on=TODAY)


def pass_or_withdraw(worker, _task):
    """The county passes the application while the unit takes it back."""
    act, name = (closing.withdraw, "unit_editor") if worker % 2 else (closing.pre_accept, "office")
    yield told(lambda: act(attempt(), person(name, worker), on=TODAY, version=1))


def pass_or_return(worker, _task):
    """Some of the county pass the application, others return it."""
    act = closing.send_back if worker % 2 else closing.pre_accept
    yield told(lambda: act(attempt(), person("office", worker), on=TODAY, version=1))


def take_up():
    apply_anew()
    closing.pre_accept(attempt(), person("office"), on=TODAY)
    closing.take(attempt(), person("acceptance"), on=TODAY)


def decide(worker, _task):
    """Some accepters pass it, others do not."""
    closure = attempt()
    accepter = person("acceptance", worker)
    step = closing.decide
    yield told(
        lambda: step(closure, accepter, passes=worker % 2 == 0, on=TODAY, version=closure.version)
    )


def notice_over(days_ago=0):
    """A second task, whose notice of calendar days ended so many days before yesterday."""
    begins_on = TODAY - timedelta(days=GRACE_DAYS + days_ago)
    inspection = factories.make_inspection(
        notice_days=GRACE_DAYS, notice_day_count=DayCount.CALENDAR
    )
    task = completed_task(inspection=inspection)
    closure = closing.passed(task, person("city"), person("acceptance"))
    closing.publish(closure, person("city"), on=begins_on)


def close(worker, _task):
    """Everybody of the office closes the task, from the page as all of them saw it."""
    closure = attempt()
    yield told(
        lambda: closing.close(closure, person("city", worker), on=TODAY, version=closure.version)
    )


def close_or_object(worker, _task):
    """The office closes on the day after the notice while citizens still object."""
    closure = attempt()
    if worker == 0:
        office = person("city")
        step = told(lambda: closing.close(closure, office, on=TODAY, version=closure.version))
        yield f"closing {step}"
        return
    words = {"content": f"第{worker}位市民：仍有异味。", "contact": ""}
    step = told(
        lambda: notices.receive_public_objection(
            notice_id=closure.notice.pk, on=TODAY, at=now(), **words
        )
    )
    yield f"objection {step}"


ACTS = (
    (apply_anew, pass_or_withdraw),
    (apply_anew, pass_or_return),
    (take_up, decide),
    (notice_over, close),
    (notice_over, close_or_object),
)


def run():
    for before, act in ACTS:
        before()
        result = race(act)
        closure = attempt()
        result["stage"] = closure.stage
        result["objections"] = Objection.objects.filter(notice__closure=closure).count()
        yield act.__name__, result


if __name__ == "__main__":
    prepare()
    json.dump(dict(run()), sys.stdout)
