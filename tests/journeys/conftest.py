"""A seeded demonstration, served as ``make run`` serves it, and a browser that asks it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tracker.management.commands.seed_demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    """Journeys share one served demonstration, so one process runs them all."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """A folder with a seeded demonstration, never changed."""
    folder = tmp_path_factory.mktemp("seeded")
    for command in (
        ["migrate", "--no-input"],
        ["createcachetable"],
        ["collectstatic", "--no-input"],
        ["seed_demo"],
    ):
        manage(folder, *command)
    return folder


def environment(folder):
    own = {
        "DATA_DIR": str(folder),
        "INSECURE_HTTP": "1",
        "LOG_LEVEL": "ERROR",
        "STATIC_STORAGE": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    }
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return kept | own


def manage(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def site(seeded, tmp_path):
    """The address of a demonstration of this test's own."""
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = Site(f"http://127.0.0.1:{port}", folder)
    try:
        served.serve("tracker.wsgi", environment(folder))
        yield served
    finally:
        served.stop()


class Site:
    """A served demonstration: its address, and its folder for commands."""

    def __init__(self, address, folder):
        self.address, self.folder = address, folder
        self.server = None

    def serve(self, application, env):
        bind = self.address.removeprefix("http://")
        self.server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application, "--bind", bind),
                *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
                *("--log-level", "error"),
            ],
            cwd=ROOT,
            env=env,
        )
        wait_for(self.address)

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=20)

    def later(self, days):
        """The same demonstration, served as it will be ``days`` from now; people log in anew."""
        self.stop()
        ahead = {"DAYS_AHEAD": str(days)}
        self.serve("tests.journeys.later:application", environment(self.folder) | ahead)

    def manage(self, *arguments):
        return manage(self.folder, *arguments)


def wait_for(address):
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=10).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("CHROMIUM names no browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """``visit(username)``: a page on which that person of the demonstration is logged in.

    Afterwards nothing may have been asked of another host, and nothing refused by the policy.
    """
    contexts, complaints = [], []

    def begin(username, **options):
        options = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"} | options
        context = chromium.new_context(base_url=site.address, **options)
        contexts.append(context)
        context.on("request", lambda request: foreign(request.url))
        page = context.new_page()
        page.on("console", lambda message: complain(message.text, message.type))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button.btn-p, form button.btn-p")
        page.wait_for_url(f"{site.address}/")
        return page

    def foreign(url):
        if not url.startswith((site.address, "data:")):
            complaints.append(url)

    def complain(text, kind):
        if kind == "error" and "Content Security Policy" in text:
            complaints.append(text)

    yield begin
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe():
    return Axe()
