"""The pins: with hashes, installed as written, above the floors, without known vulnerabilities."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from not_tested import could_not_test
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
# Older versions have holes that are known, or miss a fix that the product counts on.
FLOORS = {"django": "5.2.19", "gunicorn": "23", "openpyxl": "3.1.5", "pillow": "13.0.0"}
PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>[^\s;]+)(?P<rest>[^\\\n]*)")


def pins(path: Path) -> dict[str, str]:
    """name: version of the packages that belong on this machine; stops at a line without hashes."""
    found = {}
    for block in re.split(r"\n(?=[^\s#])", path.read_text(encoding="utf-8")):
        if block.startswith("#"):
            continue
        match = PIN.match(block)
        if match is None or "--hash=sha256:" not in block:
            sys.exit(f"{path.name}: not an exact pin with hashes: {block.splitlines()[0]}")
        requirement = Requirement(f"{match['name']}=={match['version']}{match['rest']}".strip())
        if requirement.marker is None or requirement.marker.evaluate():
            found[requirement.name] = match["version"]
    return found


def problems(pinned: dict[str, str]) -> list[str]:
    wrong = [
        f"{name} {pinned[name]} is below the floor {floor}"
        for name, floor in FLOORS.items()
        if name in pinned and Version(pinned[name]) < Version(floor)
    ]
    for name, version in pinned.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = "nothing"
        if installed != version:
            wrong.append(f"{name}: {version} is pinned, {installed} is installed")
    return wrong


def audit(requirements: Path) -> list[str]:
    """Known vulnerabilities. An audit that looked at nothing is not a green one, and is said."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", "--timeout", "10"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=300)
        packages = json.loads(run.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        could_not_test("known vulnerabilities (pip-audit reached no vulnerability data)")
        return []
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        could_not_test("known vulnerabilities (pip-audit audited nothing: 0 packages)")
        return []
    print(f"pip-audit: {len(packages) - len(skipped)} of {len(packages)} packages audited")
    if skipped:
        could_not_test(f"known vulnerabilities of {', '.join(skipped)}")
    return [
        f"{package['name']} {package['version']}: {hole['id']}, "
        f"mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]


def main() -> None:
    runtime = ROOT / "requirements.txt"
    pinned = pins(runtime)
    wrong = problems({**pins(ROOT / "requirements-dev.txt"), **pinned}) + audit(runtime)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"dependencies: {len(pinned)} packages pinned with hashes, none below its floor")


if __name__ == "__main__":
    main()
