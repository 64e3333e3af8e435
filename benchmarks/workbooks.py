"""What a workbook costs to write, as ratios: the official form beside what is usually taken.

    python benchmarks/workbooks.py [--rows 10000] [--large 100000] [--tasks 10000] [--rounds 3]
                                   [--check]

The rows have 20 columns, 12 of them Chinese text of 20 to 200 characters; three rows share the
merged cells of one issue. Each contender runs in a process of its own, which makes the rows as
they are asked for; in each round they take turns, and medians over the rounds are compared.
Seconds are of CPU, megabytes the most that a process held. ``--check`` ends with 1 when a bar is
missed by more than a tenth.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO, StringIO
from itertools import cycle, islice
from operator import itemgetter
from pathlib import Path
from statistics import median
from time import process_time

try:
    import resource
except ImportError:  # Windows has no such measure.
    resource = None

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2024, 6, 30)
TEXTS, NUMBERS, DAYS = 12, 5, 3
COLUMNS = TEXTS + NUMBERS + DAYS
SHARED = 4
"""Columns that are merged over the tasks of an issue, the number of the issue among them."""


@cache
def stock():
    """A thousand rows, to be given again and again; no compressor looks back that far.

    Words come from a stock of a thousand, so that texts are about as repetitive as real ones.
    """
    chance = random.Random(1)
    words = [
        "".join(chr(chance.randrange(0x4E00, 0x5E00)) for _sign in range(chance.randint(2, 4)))
        + chance.choice(["", "", "", "，", "。"])
        for _word in range(1000)
    ]

    def text():
        length, found = chance.randint(20, 200), ""
        while len(found) < length:
            found += chance.choice(words)
        has_paragraphs = chance.random() < 0.2
        return found[:length].replace("。", "。\n" if has_paragraphs else "。").strip()

    def task():
        texts = [text() for _column in range(TEXTS)]
        numbers = [chance.randint(1, 9999) for _column in range(NUMBERS - 1)]
        days = [date(2023, 1, 1) + timedelta(chance.randrange(900)) for _column in range(DAYS)]
        return texts, (*numbers, *days)

    return [task() for _row in range(999)]


def rows(count):
    """Rows of a list as tuples: an issue's number and texts, texts of a task, numbers, days."""
    issue = []
    for number, (texts, others) in enumerate(islice(cycle(stock()), count)):
        if number % 3 == 0:
            issue = texts[: SHARED - 1]
        yield (number // 3 + 1, *issue, *texts[SHARED - 1 :], *others)


def headers():
    return [f"第{number}列" for number in range(1, COLUMNS + 1)]


def set_up(folder):
    """Django with a database of its own, which only the ledger makes use of."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": f"sqlite:///{folder}/load.sqlite3",
        "DATA_DIR": str(folder),
        "INSECURE_HTTP": "1",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "LOG_LEVEL": "ERROR",
    }
    import django

    django.setup()


def form(file, count):
    """The product's writer: styles, heights, merged cells, title, header on each page."""
    from tracker import xlsx

    first_day = COLUMNS - DAYS
    columns = [
        xlsx.Column(
            header=header,
            value=itemgetter(number),
            level=0 if number < SHARED else None,
            width=26 if 0 < number <= TEXTS else 11,
            number_format="yyyy-mm-dd" if number >= first_day else "General",
            align="left" if 0 < number <= TEXTS else "center",
        )
        for number, header in enumerate(headers())
    ]
    sheet = xlsx.Sheet(
        name="整改台账",
        title="反馈问题整改台账",
        notes=("填报单位（盖章）：", "截至日期：2024年6月30日", "单位：项"),
        columns=columns,
        rows=rows(count),
        keys=[itemgetter(0)],
        signature="填报人：        审核人：",
        footer="整改办",
        has_filter=True,
    )
    xlsx.write([sheet], file)


def plain(file, count):
    """The loop of openpyxl's manual: a write-only workbook without any style."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("整改台账")
    sheet.append(headers())
    for row in rows(count):
        sheet.append(row)
    book.save(file)


def table_export(file, count):
    """django-tables2's own export, which goes through tablib."""
    import django_tables2 as tables
    from django_tables2.export import TableExport

    names = [f"c{number}" for number in range(COLUMNS)]
    columns = {name: tables.Column(header) for name, header in zip(names, headers(), strict=True)}
    data = [dict(zip(names, row, strict=True)) for row in rows(count)]
    file.write(TableExport("xlsx", type("Rows", (tables.Table,), columns)(data)).export())


def import_export(file, count):
    """A resource of django-import-export over plain objects."""
    from types import SimpleNamespace

    from import_export import fields, resources

    names = [f"c{number}" for number in range(COLUMNS)]
    columns = {
        name: fields.Field(attribute=name, column_name=header)
        for name, header in zip(names, headers(), strict=True)
    }
    data = [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows(count)]
    resource_of_rows = type("Rows", (resources.Resource,), columns)()
    file.write(resource_of_rows.export(data).export("xlsx"))


def ledger(file, count):
    """The real form from the database, with its issues, reports and days."""
    from tracker.exporters.forms import Order, make
    from tracker.models import Task

    some = Task.objects.order_by("pk").values_list("pk", flat=True)[:count]
    at = datetime(2024, 7, 1, tzinfo=UTC)
    selected = tuple(some) if count < 10 else None
    make(Order(form="ledger", as_of=AS_OF, at=at, selected=selected), file)


CONTENDERS = {
    "form": form,
    "plain loop": plain,
    "TableExport": table_export,
    "import-export": import_export,
    "ledger": ledger,
}


def run_one(name, count, folder):
    """In a process of its own: what one contender takes, as JSON on standard output."""
    set_up(folder)
    if name == "tasks":
        make_tasks(count)
        return
    path = Path(folder, "written.xlsx")
    CONTENDERS[name](BytesIO(), 3)  # Modules are imported and caches filled.
    begin = process_time()
    with path.open("wb") as file:
        CONTENDERS[name](file, count)
    seconds = process_time() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if resource else 0
    print(json.dumps({"seconds": seconds, "memory": most, "size": path.stat().st_size}))


def make_tasks(count):
    """A database with a synthetic list for the ledger."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("make_load", tasks=count, reports=3, seed=1, stdout=StringIO())


def in_process(name, count, folder):
    """What a process of its own says of one contender."""
    command = [sys.executable, __file__, "--one", name, "--rows", str(count), "--folder", folder]
    surroundings = os.environ | ({"OPENPYXL_LXML": "False"} if name == "plain loop" else {})
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return done.stdout


def measure(names, count, rounds, folder):
    """``{name: {measure: median}}``, the contenders taking turns."""
    seen = {name: [] for name in names}
    for _round in range(rounds):
        for name in names:
            seen[name].append(json.loads(in_process(name, count, folder)))
    return {
        name: {key: median(one[key] for one in found) for key in found[0]}
        for name, found in seen.items()
    }


def report(title, found):
    print(title)
    for name, one in found.items():
        print(
            f"  {name:16}{one['seconds']:8.2f} s{one['memory']:8.0f} MB"
            f"{one['size'] / 2**20:8.1f} MB of file"
        )


def bars(small, large, sizes):
    """``(what, measured, bar, whether more is better)``."""
    one, many = small["form"], large["form"]
    rows_of_large = sizes["large"]
    yield "plain loop ÷ form", small["plain loop"]["seconds"] / one["seconds"], 3, True
    yield "TableExport ÷ form", small["TableExport"]["seconds"] / one["seconds"], 10, True
    yield "import-export ÷ form", small["import-export"]["seconds"] / one["seconds"], 5, True
    yield "size of form ÷ plain loop", one["size"] / small["plain loop"]["size"], 1.15, False
    yield "memory of form, MB", one["memory"], 150, False
    yield (
        f"plain loop ÷ form, {rows_of_large} rows",
        large["plain loop"]["seconds"] / many["seconds"],
        3,
        True,
    )
    yield f"memory of form, {rows_of_large} rows, MB", many["memory"], 150, False
    yield (
        f"memory of form, {rows_of_large} rows ÷ {sizes['rows']}",
        many["memory"] / one["memory"],
        1.05,
        False,
    )
    if "ledger" in small:
        yield "memory of ledger, MB", small["ledger"]["memory"], 150, False
        seconds = small["ledger"]["seconds"] / sizes["tasks"] * 20_000
        yield "seconds of ledger for 20,000 tasks", seconds, 20, False


def judge(found):
    """Print each bar; the answer is whether one is missed by more than a tenth."""
    is_missed = False
    for what, value, bar, is_more_better in found:
        is_within = value >= bar if is_more_better else value <= bar
        is_missed |= value < bar * 0.9 if is_more_better else value > bar * 1.1
        sign = "≥" if is_more_better else "≤"
        print(f"  {what}: {value:.2f} ({'within' if is_within else 'OVER'} {sign} {bar})")
    return is_missed


def main():
    parser = argparse.ArgumentParser(description="What a workbook costs to write, as ratios.")
    parser.add_argument("--rows", type=int, default=10_000, help="for all contenders")
    parser.add_argument("--large", type=int, default=100_000, help="for the form and the loop")
    parser.add_argument("--tasks", type=int, default=10_000, help="in the ledger; 0 for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="end with 1 when a bar is missed")
    parser.add_argument("--one", choices=[*CONTENDERS, "tasks"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one, options.rows, options.folder)
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        names = list(CONTENDERS)
        if options.tasks:
            in_process("tasks", options.tasks, folder)
        else:
            names.remove("ledger")
        small = measure(names, options.rows, options.rounds, folder)
        large = measure(["form", "plain loop"], options.large, 1, folder)
    report(f"{options.rows} rows, medians of {options.rounds} rounds", small)
    report(f"{options.large} rows, once", large)
    sizes = {"rows": options.rows, "large": options.large, "tasks": options.tasks}
    if judge(bars(small, large, sizes)) and options.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
