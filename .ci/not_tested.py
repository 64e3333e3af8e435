"""What a run could not test, so that its last line can say so.

The file is named by the environment variable NOT_TESTED; without it the line is only printed.
"""

import os
from pathlib import Path


def could_not_test(what: str) -> None:
    print(f"not tested: {what}")
    if path := os.environ.get("NOT_TESTED"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{what}\n")
