"""The units in one cell of a list: several names, who leads, who helps, and 各县（市、区）."""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from tracker.rules.folding import fold
from tracker.rules.unit_names import UnitNames, UnknownUnit, usual

__all__ = ["UnitsOfCell", "units_in"]

K = TypeVar("K", bound=Hashable)

_ROLES = {
    "lead": "牵头|主办|主责|第一责任",
    "units": "责任|落实|实施|承办|整改|主体责任",
    "supporting": "配合|协办|参与|协助|协同|参加",
    "supervising": "督导|督办|指导|监管|督促",
    "acceptance": "验收|销号",
}
_ROLE = "|".join(_ROLES.values())
_LABEL = re.compile(rf"(?P<role>{_ROLE})(?:责任)?(?:单位|部门|主体|地区)?[:：]\s*")
_SAID_AFTER = re.compile(rf"(?P<name>.+?)[(（]?(?P<role>{_ROLE})(?:单位|落实)?[)）]?")
_SEPARATORS = re.compile(r"[、，,；;／/|]+")
_LINES = re.compile(r"[\r\n]+")
_BETWEEN = re.compile(r"\s+|[和及与]")
_NUMBERING = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*")
_OPEN, _CLOSE = "(（[【〔", ")）]】〕"

_EACH = re.compile(
    "(?P<place>.*?)(?:所有|全体)?各(?:个|级)?"
    "(?P<kinds>(?:设区|县级)?[县市区旗镇乡街道园区功能开发()、,/和及]+)"
    "(?:人民政府|党委政府|党委[、,和]?政府|政府|管委会|办事处)?"
)
_HERE = ("市", "全市", "我市", "本市", "县", "全县", "我县", "本县", "全区", "全省")
_VAGUE = re.compile(
    "有关|相关|各部门|各单位|各成员单位|其他|各责任单位|等$|各级|等(?:单位|部门|地)"
)


@dataclass
class UnitsOfCell(Generic[K]):
    """Who stands in a cell. ``units`` answer for the task, the one that leads first.

    ``lead`` is set where the cell says who leads. ``supporting``, ``supervising`` and
    ``acceptance`` are those the cell names as such; ``faults`` are the names that are no unit's.
    """

    units: list[K] = field(default_factory=list)
    lead: K | None = None
    supporting: list[K] = field(default_factory=list)
    supervising: list[K] = field(default_factory=list)
    acceptance: list[K] = field(default_factory=list)
    faults: list[UnknownUnit] = field(default_factory=list)

    def take(self, role: str, keys: list[K]) -> None:
        """Put units where they belong, each once."""
        if role == "lead" and keys and self.lead is None:
            self.lead = keys[0]
        place: list[K] = getattr(self, "units" if role in ("", "lead") else role)
        place += [key for key in dict.fromkeys(keys) if key not in place]


def units_in(text: str, names: UnitNames[K]) -> UnitsOfCell[K]:
    """The units that a cell names, and every name in it that is not known."""
    cell: UnitsOfCell[K] = UnitsOfCell()
    whole = names.find(text) if len(names.find(text)) == 1 else _each(text, names)
    if whole:
        cell.take("", list(whole))
        return cell
    for role, part in _by_label(text):
        _take_part(cell, role, part, names)
    if cell.lead is not None:
        cell.units.sort(key=lambda key: key != cell.lead)
    return cell


def _role(word: str) -> str:
    return next(name for name, said in _ROLES.items() if word in said.split("|"))


def _by_label(text: str) -> Iterator[tuple[str, str]]:
    """The parts of 牵头：…；配合：…, each with its role; a text without labels is one part."""
    at, role = 0, ""
    for label in _LABEL.finditer(text):
        yield role, text[at : label.start()]
        at, role = label.end(), _role(label["role"])
    yield role, text[at:]


def _take_part(cell: UnitsOfCell[K], role: str, text: str, names: UnitNames[K]) -> None:
    """The names of a part. Where lines only wrapped a name, they are not taken for separators."""
    best: UnitsOfCell[K] | None = None
    for lines_part in (False, True):
        tried: UnitsOfCell[K] = UnitsOfCell()
        _take_names(tried, role, list(_split(text, lines_part)), names)
        if best is None or len(tried.faults) < len(best.faults):
            best = tried
    assert best is not None
    for name in ("units", "supporting", "supervising", "acceptance"):
        cell.take(name, getattr(best, name))
    cell.lead = best.lead if cell.lead is None else cell.lead
    cell.faults += best.faults


def _split(text: str, lines_part: bool) -> Iterator[str]:
    """The names of a text; a separator in brackets, as in 县（市、区）, does not separate."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth = max(depth - 1, 0)
        elif not depth and (_SEPARATORS.match(sign) or (lines_part and _LINES.match(sign))):
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _take_names(cell: UnitsOfCell[K], role: str, parts: list[str], names: UnitNames[K]) -> None:
    """Names one after the other; 甲、乙牵头 says of both that they lead."""
    waiting: list[K] = []
    for part in parts:
        name = _NUMBERING.sub("", part).strip().rstrip("。.:：")
        if not fold(name):
            continue
        own = ""
        said = None if names.find(name) else _SAID_AFTER.fullmatch(name)
        if said:
            name, own = said["name"], _role(said["role"])
        try:
            waiting += _meant(name, names)
        except UnknownUnit as fault:
            cell.faults.append(fault)
        if own:
            cell.take(own, waiting)
            waiting = []
    cell.take(role, waiting)


def _meant(name: str, names: UnitNames[K]) -> list[K]:
    """The unit of a name, all that 各… means, or those that 和 or a space stands between."""
    if not names.find(name):
        if keys := _each(name, names):
            return keys
        if _VAGUE.search(fold(name)):
            message = _("“%(name)s” does not say which units are meant. Name each of them.")
            raise UnknownUnit(name, message % {"name": name[:60]})
        parts = [part for part in _BETWEEN.split(name.strip()) if part]
        if len(parts) > 1 and all(len(names.find(part)) == 1 for part in parts):
            return [names.one(part) for part in parts]
    return [names.one(name)]


def _each(name: str, names: UnitNames[K]) -> list[K]:
    """All units of the kinds that 各县（市、区） names, below one place; none if it is not that."""
    match = _EACH.fullmatch(fold(name))
    if match is None:
        return []
    place = match["place"]
    roots = names.children.get(None, [])
    bases = roots if place in ("", *_HERE) else names.find(place)
    ends = _ends(match["kinds"])
    level = _below(names, bases) or (roots if bases is roots else [])
    while level:
        found = [key for key in level if _is_of(names, key, ends)]
        if found:
            return found
        level = _below(names, level)
    return []


def _below(names: UnitNames[K], keys: Sequence[K]) -> list[K]:
    return [child for key in keys for child in names.children.get(key, [])]


def _ends(kinds: str) -> tuple[str, ...]:
    """How the names of those kinds end; a park ends in 区 and is no district."""
    parks = tuple(end for end in ("园区", "开发区", "功能区") if end in kinds)
    rest = re.sub("园区|开发区|功能区|街道", "", kinds)
    places = tuple(sign for sign in "县市区旗镇乡" if sign in rest)
    return (*places, *parks, *(("街道",) if "街道" in kinds else ()))


def _is_of(names: UnitNames[K], key: K, ends: tuple[str, ...]) -> bool:
    unit = names.units[key]
    is_park = unit.kind == "park" or any(
        name.endswith(("园区", "开发区", "功能区", "示范区", "高新区", "管委会", "管理委员会"))
        for name in unit.names
    )
    if is_park:
        return any(end in ends for end in ("园区", "开发区", "功能区"))
    if unit.kind not in ("", "region"):
        return False
    places = tuple(end for end in ends if end not in ("园区", "开发区", "功能区"))
    return bool(places) and any(usual(fold(name)).endswith(places) for name in unit.names)
