"""The floors of coverage, branches counted: every room that decides wholly, the rest at 95 %."""

import json
import sys
from pathlib import Path

WHOLE = ("tracker/rules/", "tracker/access/", "tracker/operations/")
ELSEWHERE = 95.0


def percent(summaries: list[dict]) -> float:
    """Of statements and branches together, as coverage reckons it; nothing to cover is 100."""
    there = sum(each["num_statements"] + each["num_branches"] for each in summaries)
    seen = sum(each["covered_lines"] + each["covered_branches"] for each in summaries)
    return 100.0 * seen / there if there else 100.0


def main(report: Path) -> None:
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    files = {Path(name).as_posix(): data for name, data in files.items()}
    if not files:
        sys.exit("coverage: nothing was measured")
    short = []
    for name, data in files.items():
        if name.startswith(WHOLE) and percent([data["summary"]]) < 100.0:
            lines = set(data["missing_lines"])
            branches = [f"{a}->{b}" for a, b in data["missing_branches"] if a not in lines]
            missing = [*map(str, sorted(lines)), *branches]
            shown = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
            short.append(f"{name}: {percent([data['summary']]):.1f} % of 100, missing {shown}")
    rest = {name: data for name, data in files.items() if not name.startswith(WHOLE)}
    reached = percent([data["summary"] for data in rest.values()])
    if reached < ELSEWHERE:
        worst = sorted(rest, key=lambda name: percent([rest[name]["summary"]]))[:8]
        short += [f"elsewhere: {reached:.1f} % of {ELSEWHERE:.0f}, least covered:"]
        short += [f"  {name}: {percent([rest[name]['summary']]):.1f} %" for name in worst]
    if short:
        sys.exit("coverage below its floor\n" + "\n".join(short))
    print(f"coverage: rules, access and operations 100 %, elsewhere {reached:.1f} %")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
