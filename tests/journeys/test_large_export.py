"""A large export, from the list to the file: made by a worker while the page is looked at."""

import subprocess
import sys

import pytest
from openpyxl import load_workbook

from tests.journeys.conftest import ROOT, environment


@pytest.fixture(autouse=True)
def _little_is_large(monkeypatch):
    monkeypatch.setenv("EXPORTS_AT_ONCE", "20")


@pytest.fixture
def worker(site):
    """``worker()``: starts the background service of the demonstration."""
    started = []

    def start():
        command = [sys.executable, "manage.py", "worker", "--verbosity=0"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(site.folder))
        started.append(process)

    yield start
    for process in started:
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_a_large_export_is_made_while_one_looks_on_and_then_fetched(visit, worker, axe, width):
    page = visit("office", viewport={"width": width, "height": 844})

    def sound():
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        assert axe.run(page, options=rules).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    page.goto("/tasks/export/?batch=2022s2")
    sound()
    page.click("form[action='/exports/start/'] button")
    page.wait_for_url("**/exports/1/")
    assert page.locator("#export .note-x").count() == 1
    sound()

    worker()
    # Until a worker is known of, the page asks less often.
    page.wait_for_selector("#fetch", timeout=60_000)
    assert page.inner_text("#said") == page.inner_text("#export [data-said]")
    sound()
    with page.expect_download() as download:
        page.click("#fetch")
    assert "2022s2" in download.value.suggested_filename
    with download.value.path().open("rb") as file:
        assert load_workbook(file).worksheets

    page.goto("/tasks/")
    page.click("a.bell")
    sound()
    new = int(page.inner_text(".bell .dot"))
    page.click(".told li.new button")
    page.wait_for_url("**/exports/1/")
    assert int(page.inner_text(".bell .dot")) == new - 1
    page.goto("/exports/")
    sound()


def test_without_a_script_an_export_is_begun_looked_at_and_cancelled(visit):
    page = visit("office", java_script_enabled=False)

    page.goto("/tasks/export/?batch=2022s2")
    page.click("form[action='/exports/start/'] button")
    page.click("#export a.no-js")
    assert page.url.endswith("/exports/1/")
    page.click("#cancel")
    assert page.locator("#cancel").count() == 0
    page.click("#repeat")
    page.wait_for_url("**/exports/2/")
