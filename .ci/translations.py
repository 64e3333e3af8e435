"""The Chinese catalogue: extracted, checked for completeness, compiled.

``python .ci/translations.py`` checks; with ``--write`` it renews the .po and the .mo first. The
.mo is kept in the tree, because the machine that runs the product need not have gettext.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib
from not_tested import could_not_test

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("tracker/locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "rectification tracker",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
PLACEHOLDER = re.compile(r"%\(\w+\)|%[sd]|\{\w*\}")


def extract(top: Path) -> None:
    """Bring the catalogue under ``top`` up to date with its sources; needs GNU gettext."""
    options = [
        "--no-obsolete",
        "--no-wrap",
        "--add-location",
        "file",
        "--ignore",
        "static/vendor/*",
    ]
    (top / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", *options]
    subprocess.run(command, cwd=top, check=True, stdout=subprocess.DEVNULL)


def extracted_elsewhere() -> polib.POFile:
    """The catalogue as extraction would leave it; made from a copy, a check writes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        shutil.copy(ROOT / "manage.py", top)
        shutil.copytree(
            ROOT / "tracker", top / "tracker", ignore=shutil.ignore_patterns("__pycache__")
        )
        os.environ.setdefault("DATA_DIR", str(top / "var"))
        extract(top)
        return polib.pofile(str(top / CATALOGUE))


def name(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt}: {entry.msgid}" if entry.msgctxt else entry.msgid


def texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def faults(catalogue: polib.POFile) -> list[str]:
    wrong = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        if entry.fuzzy:
            wrong.append(f"a guess, not a translation: {name(entry)}")
        elif not all(texts(entry)):
            wrong.append(f"no Chinese: {name(entry)}")
        else:
            wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            given = {place for text in texts(entry) for place in PLACEHOLDER.findall(text)}
            if given - wanted or (wanted - given and not entry.msgid_plural):
                wrong.append(f"placeholders differ: {name(entry)}")
    return wrong


def spoken(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict:
    return {(entry.msgctxt, entry.msgid): texts(entry) for entry in entries}


def main() -> None:
    path = ROOT / CATALOGUE
    compiled = path.with_suffix(".mo")
    if "--write" in sys.argv:
        extract(ROOT)
        renewed = polib.pofile(str(path), wrapwidth=0)
        # No dates: a run that changes no text changes no file.
        renewed.header = "Chinese catalogue of the rectification tracker."
        renewed.metadata = HEADER
        renewed.metadata_is_fuzzy = False
        renewed.save()
        renewed.save_as_mofile(str(compiled))
    if not path.exists():
        sys.exit(f"{CATALOGUE} is missing: make messages")
    kept = polib.pofile(str(path))
    wrong = faults(kept)
    chinese = spoken(kept.translated_entries())
    if not compiled.exists() or spoken(polib.mofile(str(compiled))) != chinese:
        wrong.append(f"{CATALOGUE.with_suffix('.mo')} is not that of the .po: make messages")
    if shutil.which("xgettext"):
        known = {(entry.msgctxt, entry.msgid) for entry in kept if not entry.obsolete}
        wrong += [
            f"not in the catalogue: {name(entry)} ({entry.occurrences[0][0]})"
            for entry in extracted_elsewhere()
            if (entry.msgctxt, entry.msgid) not in known
        ]
    else:
        could_not_test("strings missing from the catalogue (no xgettext)")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"translations: {len(chinese)} strings, all in Chinese")


if __name__ == "__main__":
    main()
