"""What a page costs, as ratios: the task list beside a plain template and Django's admin.

    python benchmarks/lists.py [--tasks 1000] [--rounds 15] [--check]

Makes a database of its own in a temporary folder. The contenders take turns in each round, so
that what the machine does besides hits all of them alike; medians over the rounds are compared.
Seconds are of this process's own CPU; those of one run mean nothing beside those of another.
``--check`` fails when a bar is missed by more than a tenth. What a list rests on is kept until
the next entry in the record; *after an entry* is the same page without that.
"""

import argparse
import os
import sys
import tempfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from statistics import median
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2024, 6, 30)

PLAIN = """{% extends "tracker/base.html" %}{% block content %}<table>{% for task in tasks %}<tr>
<td>{{ task.number }}</td><td>{{ task.title }}</td><td>{{ task.issue.medium.name }}</td>
<td>{% for part in task.assignments.all %}{{ part.unit.short_name }} {% endfor %}</td>
<td>{{ task.deadline_text }}</td><td>{{ task.due_on|date:"Y-m-d" }}</td>
<td>{{ task.percent }}%</td><td>{{ task.get_status_display }}</td>
<td>{{ task.completed_on|date:"Y-m-d" }}</td><td>{{ task.supervising_unit.short_name }}</td>
<td>{{ task.acceptance_unit.short_name }}</td><td>{{ task.accountable_leader }}</td>
</tr>{% endfor %}</table>{% endblock %}"""


def prepare(folder, tasks):
    """Settings, a database with a synthetic list, and a browser of somebody who sees all of it."""
    sys.path.insert(0, str(ROOT))
    Path(folder, "static").mkdir()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": f"sqlite:///{folder}/load.sqlite3",
        "DATA_DIR": folder,
        "INSECURE_HTTP": "1",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from tracker.models import Membership, Unit, User

    call_command("migrate", verbosity=0)
    call_command("make_load", tasks=tasks, reports=10, seed=1, stdout=StringIO())
    root = Unit.objects.plain().filter(parent=None).get()
    user = User.objects.create_user("bench", name="bench", email="", must_change_password=False)
    for role in ("office", "administrator"):
        Membership.objects.create(user=user, unit=root, role=role)
    client = Client()
    client.force_login(user)
    return client


def serve_plain_page():
    """The same rows at ``/plain/``: the product's frame around a table without any help."""
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import clear_url_caches, path

    from tracker import urls
    from tracker.models import Task

    template = engines["django"].from_string(PLAIN)

    def page(request):
        tasks = (
            Task.objects.live()
            .select_related("issue__medium", "supervising_unit", "acceptance_unit")
            .prefetch_related("assignments__unit")
            .order_by("number")
        )
        Task.objects.live().count()
        return HttpResponse(template.render({"tasks": tasks[:50]}, request))

    urls.urlpatterns.append(path("plain/", page))
    clear_url_caches()


def pages(client):
    """``{name: function}``: the contenders."""

    from tracker.figures import kept

    serve_plain_page()

    def get(address, **query):
        def ask():
            answer = client.get(address, query)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
            return answer.content

        return ask

    columns = (
        "number,title,medium,units,due,left,progress,status,report,supervising,acceptance,leader"
    )
    past = (AS_OF - timedelta(days=365)).isoformat()

    def first_look(page):
        def ask():
            kept.forget()
            return page()

        return ask

    usual = get("/tasks/", cols=columns, per="50")
    return {
        "list": usual,
        "list, after an entry": first_look(usual),
        "list, a past day": get("/tasks/", cols=columns, per="50", asof=past),
        "list, a word": get("/tasks/", cols=columns, per="50", q="污水"),
        "plain template": get("/plain/"),
        "admin changelist": get("/admin/tracker/task/"),
        "dashboard": get("/"),
        "dashboard, a past day": get("/", asof=past),
    }


def measure(contenders, rounds):
    """``{name: median seconds}``, the contenders taking turns, each once untimed before."""
    times = {name: [] for name in contenders}
    for _round in range(rounds):
        for name, page in contenders.items():
            page()
            begin = process_time()
            page()
            times[name].append(process_time() - begin)
    return {name: median(seen) for name, seen in times.items()}


def queries(contenders):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for name, page in contenders.items():
        with CaptureQueriesContext(connection) as captured:
            page()
        counts[name] = len(captured)
    return counts


TOLERANCE = 1.1
BARS = [
    ("list", "plain template", 1.2),
    ("list", "admin changelist", 0.6),
    ("list, a past day", "list", 1.5),
    ("list, a word", "list", 1.5),
    ("dashboard, a past day", "dashboard", 2.0),
]


def main():
    parser = argparse.ArgumentParser(description="What a page costs, as ratios.")
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--check", action="store_true", help="fail when a bar is missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        contenders = pages(prepare(folder, options.tasks))
        times = measure(contenders, options.rounds)
        counts = queries(contenders)
    print(f"{options.tasks} tasks, 50 rows, medians of {options.rounds} rounds")
    for name, seconds in times.items():
        print(f"  {name:24}{seconds * 1000:8.1f} ms{counts[name]:5} queries")
    missed = []
    for one, other, bar in BARS:
        ratio = times[one] / times[other]
        if ratio > bar * TOLERANCE:
            missed.append(f"{one} ÷ {other}")
        verdict = "within" if ratio <= bar else "OVER"
        print(f"  {one} ÷ {other}: {ratio:.2f} ({verdict} {bar})")
    if options.check and missed:
        sys.exit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
