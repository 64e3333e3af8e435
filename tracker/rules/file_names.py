"""Names under which files are handed in: which part is kept, and which names mislead."""

import re
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from tracker.rules.folding import clean

__all__ = ["ending_of", "misleading", "own_name"]

LONGEST = 200

_RUNS = re.compile(
    "apk|app|aspx?|bat|bin|cgi|chm|cmd|com|cpl|css|dll|dmg|doc[mt]|elf|exe|gadget|hta|htaccess"
    "|[sx]?html?|inf|ins|iso|jar|m?jse?|jspx?|lnk|mht(ml)?|ms[cip]|phar|p?html|php[0-9]?|pif|pl"
    "|ps1|pyc?|rb|reg|scf|scr|sh|svgz?|swf|url|vb[es]?|war|ws[cfh]?|xht|xls[mt]|xml|xslt?"
)
"""Endings of programs and of what a browser runs; none may stand before the last one."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|%00")
"""Controls, the marks that turn the direction of writing, and a NUL as an address spells it."""


def own_name(given: str) -> str:
    """The last part of a name, without the folders that some browsers send along."""
    last = clean(given).replace("\\", "/").rstrip().rsplit("/", 1)[-1].strip()
    if len(last) <= LONGEST:
        return last
    ending = PurePosixPath(last).suffix[:20]
    return last[: LONGEST - len(ending)] + ending


def ending_of(name: str) -> str:
    """What follows the last dot, in small letters; empty for a name that is only an ending."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def misleading(given: str) -> str:
    """Why a name could make somebody take the file for another kind; empty for a plain name."""
    if _UNSEEN.search(given):
        return _("the name holds signs that cannot be seen")
    last = re.split(r"[\\/]", given)[-1]
    if last != last.rstrip(" .\u3000\xa0"):
        return _("the name ends with a dot or a space")
    for part in last.lower().split(".")[1:-1]:
        if _RUNS.fullmatch(part.strip()):
            return _("the name has the ending of a program or web page, .%(ending)s, inside it") % {
                "ending": part.strip()
            }
    return ""
