"""What holds for the whole product, read from its tree and from every page."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from tests.pages import PAGES, World, let_go
from tests.test_permissions import admin_addresses, everything
from tracker import settings as product
from tracker.models import User

PACKAGE = Path(product.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
VENDORED = re.compile(r"/static/tracker/vendor/|/static/[^/]*/?vendor/")
STATIC = sorted(
    path
    for path in (PACKAGE / "static").rglob("*")
    if path.suffix in (".js", ".css", ".svg", ".html") and not VENDORED.search(path.as_posix())
)
NAMESPACES = ("http://www.w3.org/", "http://schemas.openxmlformats.org/")


def place(path):
    return path.relative_to(PACKAGE).as_posix()


def test_migrations_form_one_line():
    assert len(MigrationLoader(None).graph.leaf_nodes("tracker")) == 1


def test_the_models_are_those_of_the_migrations(db):
    call_command("makemigrations", "tracker", check=True, dry_run=True, verbosity=0)


def test_there_is_something_to_read():
    assert len(MODULES) > 60
    assert len(TEMPLATES) > 20
    assert STATIC


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_module_builds_sql_or_markup_from_text(path):
    faults = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(node, "attr", getattr(node, "id", getattr(node, "name", "")))
        if name in ("mark_safe", "RawSQL", "SafeText"):
            faults.append((node.lineno, name))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SafeString":
            faults += [(node.lineno, name)] * any(not _is_text(part) for part in node.args)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.attr
            if called in ("extra", "raw"):
                faults.append((node.lineno, called))
            text = node.args[0] if node.args else None
            if called in ("execute", "executemany") and not _is_text(text):
                faults.append((node.lineno, called))
    assert [name for _line, name in faults] == WRITTEN_BY_DJANGO.get(place(path), [])


WRITTEN_BY_DJANGO = {
    "models/inserting.py": ["executemany"],
    "models/updating.py": ["executemany"],
}
"""Statements that are no text of ours but come out of Django's compiler."""


def _is_text(node):
    return isinstance(node, ast.Constant)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_imports_stand_at_the_top_and_files_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    inner = {
        node.lineno
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert inner == set()


FORBIDDEN_IN_TEMPLATES = [
    (r"\|\s*safe\b|\bautoescape\s+off\b", "text that is not escaped"),
    (r"\sstyle\s*=", "a style of its own, which the content policy refuses"),
    (r"\son[a-z]+\s*=\s*[\"']", "a script of its own, which the content policy refuses"),
    (r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", "an inline script"),
    (r"<style\b", "an inline style"),
    (r"javascript:", "a script address"),
    (r"hx-on|hx-vals='js|hx-headers", "script in an attribute"),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_templates_keep_to_the_content_policy_and_escape_everything(path):
    text = path.read_text(encoding="utf-8")
    faults = [why for pattern, why in FORBIDDEN_IN_TEMPLATES if re.search(pattern, text)]
    assert faults == []


@pytest.mark.parametrize("path", TEMPLATES + STATIC, ids=place)
def test_nothing_is_asked_of_another_host(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", text, re.I)
    foreign = [url for url in found if not url.startswith(NAMESPACES)]
    asked = [url for url in foreign if not _only_named(text, url)]
    assert asked == []


def _only_named(text, url):
    """Whether an address stands in a comment or as a link that somebody must follow themselves."""
    line = next(line for line in text.splitlines() if url in line)
    return line.lstrip().startswith(("//", "/*", "*", "<!--", "{#")) or f'<a href="{url}' in line


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite only")
def test_sqlite_is_opened_so_that_it_keeps_what_it_was_told(db):
    options = connection.settings_dict["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    wanted = {"synchronous": 2, "foreign_keys": 1}
    with connection.cursor() as cursor:
        for pragma, value in wanted.items():
            assert cursor.execute(f"PRAGMA {pragma}").fetchone()[0] == value
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] >= 10_000
    assert "PRAGMA journal_mode=WAL" in options["init_command"]


def test_a_fresh_database_has_no_accounts(db):
    assert User.objects.count() == 0


@pytest.fixture
def every_answer(db, client_of, office, administrator):
    """``(name, answer)`` of every page as the office, and of the back office."""
    world = World()
    browsers = client_of(office), client_of(administrator)
    before = everything()

    def ask():
        for page in PAGES:
            for _side, address in page.addresses(world):
                if page.name != "account_logout":
                    yield page.name, browsers[0].get(address)
        for name, address in admin_addresses(world):
            if name != "logout":
                yield name, browsers[1].get(address)
        yield "account_login", browsers[0].get(reverse("account_login"))
        yield "no such page", browsers[0].get("/no/such/page/")

    return ask, before


def test_every_answer_carries_the_headers_that_protect_it(every_answer):
    ask, _before = every_answer
    for name, answer in ask():
        let_go(answer)
        policy = answer.headers["Content-Security-Policy"]
        rules = {
            name: value
            for name, _space, value in (rule.strip().partition(" ") for rule in policy.split(";"))
        }
        assert rules["default-src"] in ("'self'", "'none'"), name
        for kind in ("script-src", "style-src", "object-src"):
            assert rules.get(kind, rules["default-src"]) in ("'self'", "'none'"), name
        assert rules.get("frame-ancestors", "'none'") == "'none'", name
        assert "unsafe" not in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "geolocation=()" in answer.headers["Permissions-Policy"], name
        if name not in ("livez", "readyz", "jsi18n", "no such page", "public-notices"):
            assert "no-store" in answer.headers["Cache-Control"], name


def test_reading_pages_writes_nothing(every_answer):
    ask, before = every_answer
    for _name, answer in ask():
        let_go(answer)
        assert answer.status_code < 500
    assert everything() == before
