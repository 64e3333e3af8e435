"""What bringing a list in costs, beside django-import-export.

    python benchmarks/imports.py [--rows 10000] [--check]

Each contender reads the same workbook in a process and a database of its own. The product uploads
it, shows the preview, confirms, and writes events and spans; django-import-export in its default
mode goes through the rows once to show them and once to save them, and writes tasks only. The
returned ledger is the working ledger of what the product entered, handed out and handed in again
untouched. Seconds are CPU of the process, megabytes its peak. With ``--check`` a bar that is missed
by more than 10 % ends with status 1.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES, TOLERANCE = 20.0, 300.0, 1.1
READING = 10.0
"""Seconds in which any workbook has to be read."""

SENTENCE = "加强沿线排口排查溯源，完善雨污分流管网，落实长效管护责任，确保水质稳定达标。"


def prepare(folder):
    """Settings, a database with units and dictionaries, and somebody of the office."""
    sys.path.insert(0, str(ROOT))
    Path(folder, "static").mkdir(exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/load.sqlite3",
        "DATA_DIR": folder,
        "INSECURE_HTTP": "1",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.core.management import call_command

    from tracker.models import Inspection, Membership, Unit, User

    call_command("migrate", verbosity=0)
    if found := Inspection.objects.filter(code="bench").first():
        return User.objects.get(username="bench"), found
    call_command("make_load", tasks=20, reports=1, seed=1, stdout=StringIO())
    root = Unit.objects.plain().filter(parent=None).get()
    user = User.objects.create_user("bench", name="bench", email="", must_change_password=False)
    Membership.objects.create(user=user, unit=root, role="office")
    day = date(2024, 1, 31)
    return user, Inspection.objects.create(
        code="bench", name="测试督察", short_name="测试", level="city", feedback_on=day
    )


def workbook(path, count):
    """The rows of a list in the template, with units, sources and categories that are there."""
    from tracker.importers.template import template
    from tracker.models import MediaCategory, Source, Unit

    units = list(Unit.objects.plain().exclude(parent=None).values_list("name", flat=True))
    source, medium = str(Source.objects.first()), str(MediaCategory.objects.first())
    rows = []
    for number in range(1, count + 1):
        issue = (number + 4) // 5
        due = date(2027, 1, 31) + timedelta(days=number % 700)
        own = [units[number % len(units)], units[(number * 7 + 1) % len(units)]]
        rows.append(
            {
                "number": str(number),
                "issue_number": str(issue),
                "issue_text": f"第{issue}个反馈问题。{SENTENCE}",
                "source": source,
                "medium": medium,
                "title": f"第{number}项整改任务",
                "goal": SENTENCE * 2,
                "measures": f"1. {SENTENCE}\n2. {SENTENCE}",
                "units": "、".join(dict.fromkeys(own)),
                "supporting_units": units[(number * 3) % len(units)],
                "acceptance_unit": units[0],
                "deadline_text": f"{due.year}年{due.month}月{due.day}日前",
                "accountable_leader": "副市长 李明",
            }
        )
    with template(rows) as file:
        path.write_bytes(file.read())


def product(path, user, inspection):
    """Upload, preview, confirmation, as a browser asks for them."""
    from django.test import Client

    from tracker.models import ImportBatch, Task

    client = Client()
    client.force_login(user)
    times, asked = {}, {}

    def step(name, ask):
        begin, (answer, queries) = process_time(), counted(ask)
        times[name], asked[name] = process_time() - begin, queries
        if answer.status_code >= 400:
            raise SystemExit(f"{name} answered {answer.status_code}")

    with path.open("rb") as file:
        data = {"inspection": inspection.pk, "file": file}
        step("upload", lambda: client.post("/imports/", data))
    batch = ImportBatch.objects.get()
    if batch.counts.get("faults"):
        raise SystemExit(str(list(batch.faults.values("cell", "message")[:5])))
    step("preview", lambda: client.get(batch.get_absolute_url()))
    step("confirmation", lambda: client.post(f"/imports/{batch.pk}/confirm/"))
    return {
        "times": times,
        "queries": asked,
        "rows": Task.objects.filter(inspection=inspection).count(),
    }


def returned_ledger(_path, user, inspection):
    """The working ledger of what the product entered, handed out, and handed in as it is."""
    from django.test import Client

    from tracker.models import ReturnedWorkbook

    client = Client()
    client.force_login(user)
    begin = process_time()
    answer = client.get("/tasks/working/", {"batch": inspection.code})
    ledger = BytesIO(b"".join(answer.streaming_content))
    ledger.name = "ledger.xlsx"
    times = {"handed out": process_time() - begin}
    begin = process_time()
    data = {"inspection": inspection.pk, "file": ledger}
    answer, queries = counted(lambda: client.post("/returns/", data))
    times["handed in"] = process_time() - begin
    if answer.status_code != 302:
        raise SystemExit(f"/returns/ answered {answer.status_code}")
    returned = ReturnedWorkbook.objects.get()
    if returned.rows:
        raise SystemExit("an untouched ledger came back with changes")
    return {"times": times, "queries": {"handed in": queries}, "rows": returned.counts["rows"]}


def counted(ask):
    from django.db import connection

    seen = [0]

    def count(execute, *arguments):
        seen[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        return ask(), seen[0]


def import_export(path, _user, inspection):
    """django-import-export as its documentation has it: a resource, a dry run, then the import."""
    from import_export import fields, resources, widgets
    from tablib import Dataset

    from tracker.importers.template import header
    from tracker.models import Issue, MediaCategory, Source, Task, Unit

    unit = widgets.ForeignKeyWidget(Unit, "name")
    place = {"attribute": "acceptance_unit", "column_name": header("acceptance_unit")}

    class TaskResource(resources.ModelResource):
        number = fields.Field(
            attribute="number", column_name=header("number"), widget=widgets.IntegerWidget()
        )
        title = fields.Field(attribute="title", column_name=header("title"))
        goal = fields.Field(attribute="goal", column_name=header("goal"))
        deadline_text = fields.Field(attribute="deadline_text", column_name=header("deadline_text"))
        acceptance_unit = fields.Field(widget=unit, **place)
        supporting_units = fields.Field(
            attribute="supporting_units",
            column_name=header("supporting_units"),
            widget=widgets.ManyToManyWidget(Unit, separator="、", field="name"),
        )

        class Meta:
            model = Task
            import_id_fields = ("number",)
            fields = (
                *("number", "title", "goal", "deadline_text"),
                *("acceptance_unit", "supporting_units"),
            )

        def before_save_instance(self, instance, row, **kwargs):
            instance.inspection, instance.issue = inspection, issue
            instance.code = f"bench-{instance.number}"
            instance.deadline_kind = "standing"

    issue = Issue.objects.create(
        inspection=inspection,
        number=1,
        code="bench-1",
        title="问题",
        text="问题",
        source=Source.objects.first(),
        medium=MediaCategory.objects.first(),
    )
    begin = process_time()
    data = Dataset()
    plain = lines(path)
    data.headers = plain[0]
    for line in plain[1:]:
        data.append(line)
    resource_ = TaskResource()

    def run(dry_run):
        result = resource_.import_data(data, dry_run=dry_run, raise_errors=True)
        return result, None

    _result, dry = counted(lambda: run(True))
    _result, wet = counted(lambda: run(False))
    return {
        "times": {"import": process_time() - begin},
        "queries": {"dry run": dry, "import": wet},
        "rows": Task.objects.filter(inspection=inspection).count(),
    }


def lines(path):
    """The rows of the list as openpyxl reads them, below the title of the template."""
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return [row for row in found if row[0] is not None]


CONTENDERS = {
    "product": product,
    "returned ledger": returned_ledger,
    "import-export": import_export,
}


def one(name, count, folder):
    """One contender's measurement, in this process."""
    user, inspection = prepare(folder)
    path = Path(folder, "list.xlsx")
    if not path.exists():
        workbook(path, count)
    found = CONTENDERS[name](path, user, inspection)
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def measured(name, count, folder):
    done = subprocess.run(
        [sys.executable, __file__, "--one", name, "--rows", str(count), "--folder", folder],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if found["rows"] != count:
        raise SystemExit(f"{name} took {found['rows']} of {count} rows")
    found["seconds"] = sum(found["times"].values())
    print(f"  {name:16}{count:7} rows{found['seconds']:8.2f} s CPU{found['megabytes']:7.0f} MB")
    for step, seconds in found["times"].items():
        print(f"    {step:20}{seconds:8.2f} s")
    print("    queries: " + ", ".join(f"{n} {count}" for n, count in found["queries"].items()))
    return found


def main():
    parser = argparse.ArgumentParser(description="What bringing a list in costs.")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--check", action="store_true", help="fail when a bar is missed")
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one, options.rows, options.folder)
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        product_ = measured("product", options.rows, folder)
        back = measured("returned ledger", options.rows, folder)
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        other = measured("import-export", options.rows, folder)
    per_batch = sum(product_["queries"].values()) / options.rows
    bars = [
        ("seconds of CPU", product_["seconds"], SECONDS),
        ("megabytes", product_["megabytes"], MEGABYTES),
        ("÷ django-import-export", product_["seconds"] / other["seconds"], 1.0),
        ("queries a row", per_batch, 1.0),
        ("seconds of the returned ledger", back["times"]["handed in"], READING),
    ]
    missed = False
    for name, value, bar in bars:
        over = value > bar * TOLERANCE
        missed |= over
        print(f"  {name}: {value:.2f} ({'OVER' if over else 'within'} {bar:g})")
    if missed and options.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
