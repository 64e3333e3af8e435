"""Things to test with, made through the operations; each fills in what the test does not name."""

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count

from openpyxl import Workbook
from PIL import Image

from tracker.choices import Addressee, InspectionKind, InspectionLevel, Role, RoundKind
from tracker.models import (
    Inspection,
    Issue,
    MediaCategory,
    Membership,
    Petition,
    ReturnReason,
    Source,
    Task,
    Unit,
    UnitKind,
    User,
)
from tracker.operations import (
    deputies,
    discussions,
    entering,
    extensions,
    handover,
    imports,
    inspections,
    issues,
    jobs,
    lookbacks,
    petitions,
    programmes,
    progress,
    units,
)

START = date(2020, 1, 1)
ISSUED = date(2022, 4, 15)
DUE = date(2023, 12, 31)
PASSWORD = "江海督察整改-2023-长口令"

FOREIGN_HEADER = ["序号", "反馈问题", "整改目标", "整改措施", "责任主体", "完成时限", "备注"]
FOREIGN_ROW = [
    1,
    "排污口整治不到位。",
    "全部整治到位",
    "逐口排查",
    "临江县",
    "2023年12月底前",
    "无",
]

_serial = count(1)


def moment(on: date) -> datetime:
    """Nine in the morning of a day, in Shanghai."""
    return datetime.combine(on, time(1), tzinfo=UTC)


def make_kind(code="region"):
    kind, _made = UnitKind.objects.get_or_create(code=code, defaults={"name": f"类别{code}"})
    return kind


def make_unit(name=None, parent=None, code=None, on=START, at=None, aliases=(), **values):
    """A unit; those without a parent are roots."""
    number = next(_serial)
    code = code or f"unit-{number}"
    name = name or f"第{number}单位"
    values = {"short_name": name, "kind": make_kind(), **values}
    return units.enter_unit(
        actor=None,
        values={"code": code, "name": name, **values},
        parent=parent,
        aliases=aliases,
        on=on,
        at=at or moment(on),
    )


def unit_of_code(code, name, parent=None):
    """The unit of that code, made the first time it is asked for."""
    return Unit.objects.plain().filter(code=code).first() or make_unit(name, parent, code)


def city():
    return unit_of_code("jianghai", "江海市")


def county():
    return unit_of_code("linjiang", "临江县", city())


def bureau():
    """The department that accepts tasks unless a test names another."""
    return unit_of_code("bureau", "市生态环境局", city())


def make_user(role=None, unit=None, username=None, **values):
    """A person who has chosen a password; with ``role``, holding it for ``unit``.

    Rectification offices are granted personal data, as they are after an installation.
    """
    number = next(_serial)
    username = username or f"user-{number}"
    values = {"name": f"人员{username}", "email": "", "must_change_password": False, **values}
    user = User.objects.create_user(username, password=PASSWORD, **values)
    if role is not None:
        grant(user, role, unit or city(), reads_personal=role == Role.OFFICE)
    return user


def grant(user, role, unit, *, reads_personal=False):
    """One more role for somebody."""
    return Membership.objects.create(user=user, unit=unit, role=role, reads_personal=reads_personal)


def make_deputy(principal, deputy, starts_on, ends_on=None, memberships=None, at=None):
    """Somebody who deputises for another from a day on, for all roles unless some are named."""
    return deputies.name_deputy(
        actor=principal,
        principal_id=principal.pk,
        deputy_id=deputy.pk,
        membership_ids=memberships and [row.pk for row in memberships],
        starts_on=starts_on,
        ends_on=ends_on or starts_on,
        reason="休假",
        on=starts_on,
        at=at or moment(starts_on),
    )


def make_handover(person, successor, unit, on=ISSUED, **values):
    """The work of one person for a unit in the hands of another."""
    administrator = User.objects.filter(memberships__role="administrator").first()
    return handover.hand_over(
        actor=administrator or make_user(Role.ADMINISTRATOR),
        from_id=person.pk,
        to_id=successor.pk,
        unit_id=unit.pk,
        on=on,
        at=moment(on),
        **{"deactivates": False, "note": "", **values},
    )


def make_inspection(on=date(2022, 2, 28), **values):
    number = next(_serial)
    defaults = {
        "code": f"2022s{number}",
        "name": f"第{number}次省生态环境保护督察",
        "short_name": f"省督{number}",
        "level": InspectionLevel.PROVINCIAL,
        "kind": InspectionKind.ROUTINE,
        "feedback_on": on,
    }
    return inspections.enter_inspection(
        actor=None, values={**defaults, **values}, on=on, at=moment(on)
    )


def the_inspection():
    """The inspection of tests that need only one."""
    found = Inspection.objects.filter(code="2022s2").first()
    return found or make_inspection(code="2022s2", name="2022年省督察", short_name="省督2022")


def make_source(code="province", name="省督察反馈"):
    return Source.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_return_reason(reason_for, text="材料不全，请补充。", **values):
    return ReturnReason.objects.create(reason_for=reason_for, text=text, **values)


def make_medium(code="water", name="水环境"):
    return MediaCategory.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_issue(inspection=None, number=None, on=ISSUED, at=None, **values):
    inspection = inspection or the_inspection()
    if number is None:
        taken = Issue.objects.live().filter(inspection=inspection)
        number = max(taken.values_list("number", flat=True), default=0) + 1
    defaults = {
        "number": number,
        "title": f"问题{number}",
        "text": f"督察发现的第{number}个问题。",
        "source": values.get("source") or make_source(),
        "medium": values.get("medium") or make_medium(),
    }
    return issues.enter_issue(
        actor=None,
        inspection=inspection,
        values={**defaults, **values},
        on=on,
        at=at or moment(on),
    )


def make_plan(issue, number, units, due_on=DUE, **values):
    """A line of a plan that may be issued: one measure, an acceptance unit, a deadline."""
    defaults = {
        "title": f"任务{number}",
        "goal": "达到整改目标",
        "deadline_text": f"{due_on:%Y年%m月}底前" if due_on else "长期坚持",
        "deadline_kind": "dated" if due_on else "standing",
        "is_standing": due_on is None,
        "due_on": due_on,
        "measures": [entering.MeasurePlan(text="落实整改措施")],
        "acceptance_unit": bureau(),
    }
    return entering.TaskPlan(issue=issue, number=number, units=units, **{**defaults, **values})


def make_task(
    inspection=None,
    units=None,
    number=None,
    on=ISSUED,
    due_on=DUE,
    at=None,
    issued=True,
    taken_over=False,
    issue=None,
    **values,
):
    """A task in the hands of ``units`` (the county's, if none are named), issued on ``on``."""
    inspection = inspection or (issue.inspection if issue else the_inspection())
    issue = issue or inspection.issues.live().first() or make_issue(inspection, on=on, at=at)
    if number is None:
        taken = Task.objects.filter(inspection=inspection)
        number = max(taken.values_list("number", flat=True), default=0) + 1
    plan = make_plan(issue, number, [county()] if units is None else units, due_on, **values)
    [task] = entering.enter_tasks(
        actor=None,
        inspection=inspection,
        plans=[plan],
        on=on,
        at=at or moment(on),
        issued=issued,
        taken_over=taken_over,
    )
    return task


def part(task, unit=None):
    """A unit's part of a task as it is now; of the only unit, or the first, if none is named."""
    own = task.assignments.order_by("pk")
    return own.get(unit=unit, removed_on=None) if unit else own.first()


def an_office():
    """Somebody who runs the list."""
    found = User.objects.filter(memberships__role="office", memberships__unit=city()).first()
    return found or make_user("office")


def make_question(task, author=None, unit=None, at=None, **values):
    """A question of the office to one unit of a task; to the only one, if none is named."""
    said = {"addressee": Addressee.UNITS, "part": part(task, unit), "text": "管网何时通水？"}
    return discussions.ask(
        actor=author or an_office(),
        task_id=task.pk,
        at=at or moment(date(2022, 6, 1)),
        **{**said, **values},
    )


def make_answer(question, author=None, at=None, **values):
    return discussions.answer(
        actor=author or an_office(),
        question_id=question.pk,
        at=at or moment(date(2022, 6, 2)),
        **{"text": "七月底通水。", **values},
    )


def picture(form="PNG", size=(6, 4), colour="teal"):
    """A picture of one colour, as the content of a file."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, form)
    return content.getvalue()


def make_report(
    task, percent=50, on=date(2022, 6, 1), unit=None, actor=None, at=None, files=(), **values
):
    """Progress reported for one unit's part of a task; the office reports it if nobody else."""
    return progress.submit_report(
        actor=actor or an_office(),
        assignment_id=part(task, unit).pk,
        version=None,
        values={"text": f"已完成{percent}%", "percent": percent, **values},
        files=files,
        on=on,
        at=at or moment(on),
    )


def complete(task, on=date(2022, 7, 1), unit=None, actor=None, at=None):
    """Complete one unit's part of a task, or all parts when no unit is named."""
    own = [part(task, unit)] if unit else task.assignments.current().order_by("pk")
    for assignment in own:
        progress.complete_assignment(
            actor=actor, assignment_id=assignment.pk, version=None, on=on, at=at or moment(on)
        )
    task.refresh_from_db()
    return task


def make_round(inspection=None, on=date(2022, 6, 1), name=None, at=None, **values):
    """A monthly call for the month of ``on``, due on its 25th."""
    period_to = values.pop("period_to", on.replace(day=28))
    return progress.open_round(
        actor=None,
        inspection=inspection or the_inspection(),
        kind=values.pop("kind", RoundKind.MONTHLY),
        name=name or f"{on:%Y年%m月}调度",
        period_from=values.pop("period_from", on.replace(day=1)),
        period_to=period_to,
        due_on=values.pop("due_on", on.replace(day=25)),
        on=on,
        at=at or moment(on),
    )


def make_closed(on=date(2022, 8, 1), completed_on=date(2022, 7, 1), **values):
    """A task all of whose parts were closed elsewhere on the day ``on``."""
    task = complete(make_task(**values), on=completed_on)
    for assignment in task.assignments.current().order_by("pk"):
        progress.take_over_closure(
            actor=an_office(), assignment_id=assignment.pk, version=None, on=on, at=moment(on)
        )
    task.refresh_from_db()
    return task


def make_lookback_plan(tasks=None, on=date(2022, 9, 1), at=None, **values):
    """A plan by list to check closed tasks again, of one closed for it if none is named."""
    tasks = [make_closed()] if tasks is None else tasks
    parts = [assignment.pk for task in tasks for assignment in task.assignments.current()]
    chosen = {} if "sample_size" in values else {"assignment_ids": parts}
    return lookbacks.plan_lookbacks(
        actor=an_office(),
        inspection=tasks[0].inspection,
        name=values.pop("name", f"第{next(_serial)}次回头看"),
        due_on=values.pop("due_on", date(2022, 12, 31)),
        on=on,
        at=at or moment(on),
        **chosen,
        **values,
    )


def make_extension_request(task, actor=None, on=date(2022, 6, 1), unit=None, **values):
    """A later deadline asked for by one unit of a task, half a year after the present one."""
    facts = {
        "new_due_on": (task.due_on or on) + timedelta(days=180),
        "situation": "管网已铺设八成，穿越国道段尚未开工。",
        "reason": "穿越国道的施工许可迟迟没有批复。",
        "measures": "增开两个作业面，每周调度一次进度。",
    }
    return extensions.ask_for_extension(
        actor=actor or an_office(),
        assignment_id=part(task, unit).pk,
        **{"version": None, "on": on, "at": moment(on), **facts, **values},
    )


def make_petition(unit=None, number=None, on=date(2021, 12, 6), inspection=None, **values):
    """A petition handed over on ``on``; of the county unless a unit is named."""
    number = number or f"D2JS2021{next(_serial):08}"
    row = Petition(
        number=number,
        received_on=on,
        unit=unit or county(),
        **{"batch": 1, "summary": "夜间有异味。", **values},
    )
    [petition] = petitions.register_petitions(
        actor=None,
        inspection=inspection or the_inspection(),
        rows=[(row, [make_medium()])],
        at=moment(on),
    )
    return petition


def make_programme(inspection=None, on=ISSUED, **values):
    number = next(_serial)
    defaults = {"code": f"programme-{number}", "name": f"量化指标{number}", "target": 100}
    return programmes.enter_programme(
        actor=None,
        values={**defaults, "inspection": inspection or the_inspection(), **values},
        on=on,
        at=moment(on),
    )


def make_reading(programme, on=date(2022, 6, 1), value=30, **values):
    return programmes.take_reading(
        actor=None,
        programme=programme,
        values={"as_of": on, "value": value, **values},
        at=moment(on),
    )


class Line:
    """A queue in a list."""

    def __init__(self):
        self.numbers = []

    def put(self, job_id):
        self.numbers.append(job_id)

    def waiting(self):
        return set(self.numbers)


def write_greeting(_params, file, told):
    """A maker of workbooks that are none."""
    file.write("江海市".encode())
    told(1)


def make_export(person, at=None, make=write_greeting, **params):
    """An export that is ready, and its person told so."""
    at = at or moment(ISSUED)
    line = Line()
    params = {"user": person.pk, "form": "ledger", "number": next(_serial)} | params
    job = jobs.start(
        actor=person, params=params, name="整改台账.xlsx", total=6000, at=at, queue=line
    )
    jobs.run(job_id=job.pk, make=make, clock=lambda: at, queue=line, apart=False)
    job.refresh_from_db()
    return job


def foreign_workbook(*rows, header=FOREIGN_HEADER):
    """A list in a layout of an office's own, as the content of a workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["督察反馈问题整改清单"])
    for row in (header, *rows):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def make_foreign_list(*rows, at=None, **values):
    """A list that was handed in and whose columns nobody has assigned yet."""
    return imports.keep_file(
        actor=an_office(),
        inspection=the_inspection(),
        file_name="整改清单.xlsx",
        content=foreign_workbook(*(rows or [FOREIGN_ROW])),
        is_take_over=False,
        at=at or moment(ISSUED),
        **values,
    )
