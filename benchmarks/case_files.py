"""What the zip of a task's file costs, as ratios: beside a bare copy of the same evidence.

    python benchmarks/case_files.py [--megabytes 200] [--files 40] [--rounds 3] [--check]

The zip has an index and documents, and each file is checked against its digest before it is
copied; the bare copy puts the same files into a zip by ``zipfile`` alone. Each contender runs in a
process of its own, they take turns, and medians are compared. Seconds are of CPU, megabytes the
most that a process held. ``--check`` ends with 1 when a bar is missed by more than a tenth.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from statistics import median
from time import process_time

try:
    import resource
except ImportError:  # Windows has no such measure.
    resource = None

ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2024, 7, 1, tzinfo=UTC)
CHUNK = 1024 * 1024


def set_up(folder):
    """Django with a database and a folder of evidence of its own."""
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


def make_task(megabytes, files):
    """One task with so many files of evidence, and somebody of the office who asks for it."""
    from django.core.management import call_command

    from tracker.choices import Role
    from tracker.models import Evidence, Membership, Task, Unit, User
    from tracker.operations.evidence_files import path_of

    call_command("migrate", verbosity=0)
    call_command("make_load", tasks=3, reports=12, seed=1, stdout=StringIO())
    office = User.objects.create_user("bench", password=None)
    Membership.objects.create(user=office, unit=Unit.objects.get(parent=None), role=Role.OFFICE)
    task = Task.objects.order_by("pk").first()
    size = megabytes * CHUNK // files
    for number in range(files):
        content = os.urandom(size)
        path = path_of(f"2024/06/{number:04}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        Evidence.objects.create(
            task=task,
            file=f"2024/06/{number:04}",
            name=f"监测报告{number}.pdf",
            content_type="application/pdf",
            size=size,
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by=office,
            uploaded_at=AT,
        )


def case_file(path):
    """The product's zip."""
    from tracker.exporters.case_zip import NAME
    from tracker.exporters.forms import Order, make
    from tracker.models import Task, User

    task = Task.objects.order_by("pk").first()
    order = Order(
        form=NAME,
        as_of=date(2024, 7, 2),
        inspection=task.inspection_id,
        selected=(task.pk,),
        user=User.objects.get(username="bench").pk,
        at=AT,
    )
    with path.open("wb") as file:
        make(order, file)


def bare_copy(path):
    """The same files put into a zip, unchecked."""
    from tracker.models import Evidence

    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for row in Evidence.objects.order_by("pk"):
            archive.write(row.file.path, row.name)


CONTENDERS = {"case file": case_file, "bare copy": bare_copy}


def run_one(name, megabytes, files, folder):
    """In a process of its own: what one contender takes, as JSON on standard output."""
    set_up(folder)
    if name == "task":
        make_task(megabytes, files)
        return
    from tracker.exporters import case_zip  # noqa: F401 - modules are imported before the clock

    path = Path(folder, "written.zip")
    begin = process_time()
    CONTENDERS[name](path)
    seconds = process_time() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if resource else 0
    with zipfile.ZipFile(path) as archive:
        count = len(archive.namelist())
    print(json.dumps({"seconds": seconds, "memory": most, "files": count}))


def in_process(name, megabytes, files, folder):
    command = [sys.executable, __file__, "--one", name, "--folder", folder]
    command += ["--megabytes", str(megabytes), "--files", str(files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return done.stdout


def measure(megabytes, files, rounds):
    """``{name: {measure: median}}``, the contenders taking turns."""
    seen = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        in_process("task", megabytes, files, folder)
        for _round in range(rounds):
            for name, found in seen.items():
                found.append(json.loads(in_process(name, megabytes, files, folder)))
    return {
        name: {key: median(one[key] for one in found) for key in found[0]}
        for name, found in seen.items()
    }


def report(title, found):
    print(title)
    for name, one in found.items():
        print(f"  {name:12}{one['seconds']:8.2f} s{one['memory']:8.0f} MB{one['files']:8.0f} files")


def bars(small, large):
    """``(what, measured, bar)``; less is better."""
    one, many = small["case file"], large["case file"]
    yield "case file ÷ bare copy", many["seconds"] / large["bare copy"]["seconds"], 6
    yield "memory of case file, MB", many["memory"], 150
    yield "memory of case file, all ÷ a tenth of the bytes", many["memory"] / one["memory"], 1.05


def main():
    parser = argparse.ArgumentParser(description="What the zip of a task costs, as ratios.")
    parser.add_argument("--megabytes", type=int, default=200, help="of evidence")
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="end with 1 when a bar is missed")
    parser.add_argument("--one", choices=[*CONTENDERS, "task"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.one, options.megabytes, options.files, options.folder)
        return
    tenth = max(1, options.megabytes // 10)
    small = measure(tenth, options.files, 1)
    large = measure(options.megabytes, options.files, options.rounds)
    report(f"{tenth} MB, once", small)
    report(f"{options.megabytes} MB, medians of {options.rounds} rounds", large)
    is_missed = False
    for what, value, bar in bars(small, large):
        is_missed |= value > bar * 1.1
        print(f"  {what}: {value:.2f} ({'within' if value <= bar else 'OVER'} ≤ {bar})")
    if is_missed and options.check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
