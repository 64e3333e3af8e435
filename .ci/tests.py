"""The tests, on SQLite and on PostgreSQL, with the coverage floors of both runs together.

PostgreSQL is that of TEST_DATABASE_URL, or one that answers on this machine; the browser is that
of CHROMIUM, or one on the PATH. What is missing is said in the last line, and fails the run when
REQUIRE_POSTGRES or REQUIRE_BROWSER is set. Browser journeys run once, on SQLite.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from not_tested import could_not_test

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOCAL = "postgres://postgres@127.0.0.1:5432/tracker"


def postgres() -> str | None:
    """The URL to test on, or nothing. One that was asked for and does not answer ends the run."""
    asked = os.environ.get("TEST_DATABASE_URL")
    try:
        address = (asked or LOCAL).rpartition("/")[0] + "/postgres"
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if asked:
            sys.exit(f"TEST_DATABASE_URL does not answer: {error}")
        return None
    return asked or LOCAL


def browser() -> str | None:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return found if found and Path(found).exists() else None


def run(*command: str | Path, **environment: str) -> bool:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode == 0


def main() -> None:
    data = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
    os.environ["COVERAGE_FILE"] = str(data / "coverage")
    url, chromium = postgres(), browser()
    for found, name, required in [
        (url, "PostgreSQL", "REQUIRE_POSTGRES"),
        (chromium, "the browser journeys (no Chromium)", "REQUIRE_BROWSER"),
    ]:
        if not found and os.environ.get(required):
            sys.exit(f"{required} is set, but this run could not test {name}.")
        if not found:
            could_not_test(name)
    os.environ.pop("DATABASE_URL", None)
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "auto",
        "--dist",
        "loadgroup",
        "--cov",
        "--cov-report=",
    ]
    chosen = {"CHROMIUM": chromium} if chromium else {}
    print("-- tests on SQLite", flush=True)
    passed = run(*pytest, **chosen)
    if url:
        print("-- tests on PostgreSQL", flush=True)
        passed &= run(*pytest, "--cov-append", "-m", "not browser", DATABASE_URL=url)
    if passed:
        report = data / "coverage.json"
        passed = run("coverage", "json", "--quiet", "-o", report) and run(
            sys.executable, ".ci/coverage_floors.py", report
        )
    shutil.rmtree(data)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
