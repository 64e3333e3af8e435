"""Units by the names that lists give them: official, short, alias, or one of the usual forms.

启东市, 启东市人民政府, 启东市政府 and 启东市委、市政府 are one unit; so are 市水利局 and
江海市水利局 where the city is called 江海市. A form that fits more than one unit is not decided.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from tracker.rules.folding import fold

__all__ = ["KnownUnit", "UnitNames", "UnknownUnit", "usual"]

MOST_SUGGESTIONS = 100
"""Unknown names for which near ones are looked up; looking is slow."""

LONGEST = 60

K = TypeVar("K", bound=Hashable)

_FORMS = (
    (re.compile("管理委员会$"), "管委会"),
    (re.compile("街道办事处$|街道办$"), "街道"),
    (re.compile("([市县区镇乡])(?:党?委|党工委)[、,和及与]*(?:\\1)?(?:人民)?政府$"), "\\1"),
    (re.compile("(街道)(?:党工委|工委)[、,和及与]*(?:\\1)?(?:办事处)?$"), "\\1"),
    (re.compile("(?<=[市县区镇乡省])(?:党委)?[、,和及与]*(?:人民)?政府$"), ""),
)
_PLACE_SIGNS = "省市县区"


@dataclass(frozen=True)
class KnownUnit(Generic[K]):
    """A unit as a list may mean it; ``key`` is what is given back, the first name is shown."""

    key: K
    names: Sequence[str]
    parent: K | None = None
    kind: str = ""


class UnknownUnit(ValueError):
    """A name that is no unit's, or more than one's; ``near`` are the keys it may mean."""

    def __init__(self, text: str, message: str, near: Sequence[Hashable] = ()):
        super().__init__(message)
        self.text = text
        self.near = tuple(near)


class UnitNames(Generic[K]):
    """The names of all units, read once and asked often."""

    def __init__(self, units: Iterable[KnownUnit[K]]):
        self.units = {unit.key: unit for unit in units}
        self.children: dict[K | None, list[K]] = {}
        self.exact: dict[str, list[K]] = {}
        self.usual: dict[str, list[K]] = {}
        self.suggested: dict[str, tuple[K, ...]] = {}
        for unit in self.units.values():
            parent = unit.parent if unit.parent in self.units else None
            self.children.setdefault(parent, []).append(unit.key)
            keys = {fold(name) for name in unit.names if name}
            for key in keys:
                self.exact.setdefault(key, []).append(unit.key)
            for form in {form for key in keys for form in self._forms(unit, key)}:
                self.usual.setdefault(form, []).append(unit.key)

    def _forms(self, unit: KnownUnit[K], key: str) -> Iterator[str]:
        """The usual forms of a name: as a body, and with and without the place it belongs to."""
        form = usual(key)
        yield form
        parent = self.units.get(unit.parent) if unit.parent is not None else None
        for name in parent.names if parent else ():
            place = usual(fold(name))
            if form.startswith(place) and len(form) > len(place) + 1:
                rest = form[len(place) :]
                yield rest
                if place[-1:] in _PLACE_SIGNS:
                    yield place[-1] + rest
            elif form[:1] == place[-1:] and form[:1] in _PLACE_SIGNS:
                yield place + form[1:]
            else:
                yield place + form

    def one(self, text: str) -> K:
        """The unit of that name; ``UnknownUnit`` in words, with the nearest ones, if none."""
        found = self.find(text)
        if len(found) == 1:
            return found[0]
        if found:
            message = _("“%(name)s” may be %(units)s. Write the official name.")
            raise UnknownUnit(
                text, message % {"name": text[:LONGEST], "units": self._or(found)}, found
            )
        near = self.near(text)
        if near:
            message = _("There is no unit “%(name)s”. Is it %(near)s?")
        else:
            message = _("There is no unit “%(name)s”. Enter the unit first, or correct the name.")
        raise UnknownUnit(text, message % {"name": text[:LONGEST], "near": self._or(near)}, near)

    def find(self, text: str) -> Sequence[K]:
        """Every unit of that name, or else of that form of a name."""
        key = fold(text)
        return self.exact.get(key) or self.usual.get(usual(key)) or ()

    def near(self, text: str) -> tuple[K, ...]:
        """At most three units whose names resemble ``text``, the nearest first."""
        key = fold(text)[:LONGEST]
        if key not in self.suggested:
            if len(self.suggested) >= MOST_SUGGESTIONS:
                return ()
            names = get_close_matches(key, self.exact, n=3, cutoff=0.5)
            names += get_close_matches(usual(key), self.usual, n=3, cutoff=0.5)
            found = [unit for name in names for unit in self.find(name)]
            self.suggested[key] = tuple(dict.fromkeys(found))[:3]
        return self.suggested[key]

    def name(self, key: K) -> str:
        return self.units[key].names[0]

    def _or(self, keys: Iterable[K]) -> str:
        return _(" or ").join(f"“{self.name(key)}”" for key in keys)


def usual(key: str) -> str:
    """A folded name in its usual short form."""
    for shape, instead in _FORMS:
        key = shape.sub(instead, key)
    return key
