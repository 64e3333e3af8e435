"""What is asked for when a workbook is ordered, and what the order comes to.

An order can be kept as JSON and carried out later by another process: it says who asks, and what
that person may see is found out when the workbook is made.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import IO, Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import make_naive
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import access
from tracker.figures.overview import Tree, tree_on
from tracker.filters.issues import filtered_issues
from tracker.filters.petitions import filtered_petitions
from tracker.filters.tasks import filtered_tasks
from tracker.models import Inspection, Issue, Petition, Task, Unit, User

__all__ = ["Chosen", "Form", "Order"]

TOLD_EVERY = 100

LISTS = {"tasks": filtered_tasks, "issues": filtered_issues, "petitions": filtered_petitions}
"""The lists by what they are of: each gives its rows, and the filter that chose them."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One workbook: a form or a list by its name, what of it, on which day, for whom.

    ``units`` are ids of units, each with everything below it. ``query`` is the address of a list
    from the question mark on: its filters choose the rows, and of a list as seen also the columns
    and their order. ``selected`` are ids of rows ticked in it. Without a ``user`` nothing is left
    out, and no list can be asked for; that is for the command line only. ``is_by_unit`` asks for
    a zip with one workbook for each unit that has a part in the rows. ``language`` is that of
    headers and words; without one it is the language at work.
    """

    form: str
    as_of: date
    inspection: int | None = None
    units: tuple[int, ...] | None = None
    query: str = ""
    selected: tuple[int, ...] | None = None
    user: int | None = None
    at: datetime | None = None
    is_by_unit: bool = False
    language: str = ""

    def as_json(self) -> dict[str, Any]:
        """The order as plain values."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        return values | {
            "as_of": self.as_of.isoformat(),
            "at": self.at.isoformat() if self.at else None,
            "units": None if self.units is None else list(self.units),
            "selected": None if self.selected is None else list(self.selected),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Order":
        units, selected, at = values["units"], values["selected"], values["at"]
        return cls(
            **values
            | {
                "as_of": date.fromisoformat(values["as_of"]),
                "at": datetime.fromisoformat(at) if at else None,
                "units": None if units is None else tuple(units),
                "selected": None if selected is None else tuple(selected),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form by the name that commands and addresses use.

    ``sheets`` makes its sheets, the first one is what people open; ``count`` tells how many rows
    it will have. ``subject`` is the list whose filters and ticks may choose its rows: ``tasks``,
    ``issues`` or ``petitions``. A form ``is_by_unit`` if each unit may have a workbook of its own.

    What is no workbook is written by ``archive`` as a zip, and counts its files instead of rows;
    ``part`` says for the name of the file what was chosen, and ``is_in_sight`` whether it may
    still be handed out.
    """

    name: str
    label: Any
    count: Callable[["Chosen"], int]
    sheets: Callable[["Chosen"], Iterable[Any]] = lambda chosen: ()
    archive: Callable[["Chosen", IO[bytes]], None] | None = None
    part: Callable[["Chosen"], str] | None = None
    is_in_sight: Callable[["Chosen"], bool] = lambda chosen: True
    subject: str = "tasks"
    is_by_unit: bool = True
    is_list: bool = False
    about: Any = ""


@dataclass
class Asked:
    """What the filter of a list wants to know of a request, where there is none."""

    GET: QueryDict
    user: User | None
    as_of: date
    is_past: bool = False
    ignored: list[str] = field(default_factory=list)
    META: dict[str, str] = field(default_factory=dict)


class Chosen:
    """What an order comes to: rows within the reach of whoever asked, and words about them.

    ``only`` narrows it to what one unit has in its own hands; ``most`` is enough rows for a look.
    A form sends the rows it counts through ``told``: ``done`` is how many went into the workbook.
    ``kept`` is for what a form reckons only once.
    """

    done = 0

    def __init__(
        self,
        order: Order,
        form: Form,
        *,
        user: User | None = None,
        inspection: Inspection | None = None,
        tree: Tree | None = None,
        only: int | None = None,
        most: int | None = None,
        progress: Callable[[int], None] | None = None,
    ):
        self.order, self.form, self.only, self.most = order, form, only, most
        self.progress = progress
        self.kept: dict[str, Any] = {}
        self.as_of = order.as_of
        if user is not None:
            self.user = user
        if inspection is not None:
            self.inspection = inspection
        if tree is not None:
            self.tree = tree

    @cached_property
    def user(self) -> User | None:
        """Who asks, on the day of asking. An account closed meanwhile sees nothing any more."""
        if self.order.user is None:
            return None
        person = User.objects.get(pk=self.order.user)
        person.today = make_naive(self.order.at).date() if self.order.at else None
        return person

    @cached_property
    def inspection(self) -> Inspection | None:
        if self.order.inspection is None:
            return None
        return Inspection.objects.get(pk=self.order.inspection)

    @cached_property
    def tree(self) -> Tree:
        return tree_on(self.as_of)

    @cached_property
    def reach(self) -> frozenset[int] | None:
        """The units to whose parts the reader is narrowed; ``None`` when nothing is left out."""
        return access.scope_of(self.user).units if self.user else None

    @cached_property
    def listed(self) -> tuple[Any, Any] | None:
        """The rows of the list and its filter, when the order comes from a list."""
        if self.user is None or not (self.order.query or self.form.is_list):
            return None
        asked = Asked(GET=QueryDict(self.order.query), user=self.user, as_of=self.as_of)
        return LISTS[self.form.subject](asked, self.inspection)

    @cached_property
    def units(self) -> set[int] | frozenset[int] | None:
        """The ids of the units at whose parts the form looks; ``None`` for all of them."""
        found = self.listed[1].units if self.listed else self.reach
        if self.order.units is not None:
            asked = self.tree.below(self.order.units)
            found = asked if found is None else asked & found
        if self.only is not None:
            found = {self.only} if found is None else {self.only} & found
        return found

    @property
    def under(self) -> Unit | None:
        """The one unit that the form is about: asked for, or all that the reader reaches."""
        if self.order.units is not None:
            asked = set(self.order.units)
        elif self.reach is not None and self.user is not None:
            asked = {unit for _role, unit in access.scope_of(self.user).memberships}
        else:
            asked = set()
        return self.tree.units.get(asked.pop()) if len(asked) == 1 else None

    @cached_property
    def tasks(self):
        """The tasks of the form, in no order; on its day some may not be on the list."""
        if self.form.subject == "tasks" and self.listed:
            rows = Task.objects.filter(pk__in=self.listed[0].order_by().values("pk"))
        else:
            rows = access.visible_tasks(self.user) if self.user else Task.objects.live()
            rows = self._of_inspection(rows.filter(is_annulled=False))
        return self._ticked(rows, "tasks")

    @cached_property
    def issues(self):
        """The issues of the form; for the part of some units, those with a task in their hands."""
        if self.form.subject == "issues" and self.listed:
            rows = Issue.objects.filter(pk__in=self.listed[0].order_by().values("pk"))
        else:
            rows = access.visible_issues(self.user) if self.user else Issue.objects.live()
            rows = self._of_inspection(rows.filter(is_annulled=False))
        if self.units is not None:
            held = Task.objects.as_of(self.as_of, units=self.units)
            rows = rows.filter(pk__in=held.order_by().values("issue"))
        return self._ticked(rows, "issues")

    @cached_property
    def petitions(self):
        """The petitions handed over by the day."""
        if self.form.subject == "petitions" and self.listed:
            rows = Petition.objects.filter(pk__in=self.listed[0].order_by().values("pk"))
        else:
            rows = Petition.objects.filter(is_annulled=False)
            if self.user:
                rows = access.visible_petitions(self.user)
            rows = self._of_inspection(rows.filter(received_on__lte=self.as_of))
        if self.order.units is not None or self.only is not None:
            rows = rows.filter(unit__in=self._asked_units)
        return self._ticked(rows, "petitions")

    @property
    def _asked_units(self):
        if self.only is not None:
            return [self.only]
        return self.tree.below(self.order.units or ())

    def _of_inspection(self, rows):
        return rows.filter(inspection=self.inspection) if self.inspection else rows

    def _ticked(self, rows, subject):
        if self.order.selected is None or self.form.subject != subject:
            return rows
        return rows.filter(pk__in=self.order.selected)

    def first(self, rows):
        """``rows``, or enough of them for a look."""
        return rows if self.most is None else rows[: self.most]

    @cached_property
    def total(self) -> int:
        """How many rows the workbook will have."""
        return self.form.count(self)

    def told(self, rows: Iterable[Any]) -> Iterator[Any]:
        """``rows``, counted on their way into the workbook; whoever waits hears now and then."""
        for row in rows:
            yield row
            self.done += 1
            if self.progress and not self.done % TOLD_EVERY:
                self.progress(self.done)

    @property
    def is_narrowed(self) -> bool:
        """Whether filters of a list, or ticks in it, chose the rows."""
        if self.order.selected is not None:
            return True
        return bool(self.listed and self.listed[1].is_narrowed)

    @cached_property
    def part(self) -> str:
        """What the name of the file says of the choice; empty when it is everything."""
        if self.form.part is not None:
            return self.form.part(self)
        if self.only is not None:
            return self.tree.units[self.only].label
        if self.order.selected is not None:
            return pgettext("file name", "picked")
        if self.is_narrowed:
            return _("selection")
        if self.order.units is not None:
            return self._names(self.order.units)
        return self.part_in_reach

    @property
    def part_in_reach(self) -> str:
        """The units of whoever asks, if that is all they reach."""
        if self.reach is None or self.user is None:
            return ""
        return self._names(unit for _role, unit in access.scope_of(self.user).memberships)

    def _names(self, ids: Iterable[int]) -> str:
        units = [self.tree.units[pk] for pk in dict.fromkeys(ids) if pk in self.tree.units]
        return "、".join(unit.label for unit in units[:3])

    def titled(self, words: str) -> str:
        """The title of a form: the inspection, then what it is."""
        if self.inspection is None:
            return words
        return _("%(inspection)s %(form)s") % {"inspection": self.inspection.name, "form": words}

    @property
    def day(self) -> str:
        return date_format(self.as_of, _("F j, Y"))

    def notes(self, measured: str = "") -> tuple[str, str, str]:
        """The line below a title: who fills it in, as of when, counted in what."""
        unit = self.tree.units[self.only] if self.only is not None else self.under
        return (
            _("Reporting unit (seal):") + (unit.name if unit else ""),
            pgettext("ledger", "As of %(day)s") % {"day": self.day},
            measured or _("Unit: items"),
        )

    @property
    def made(self) -> str:
        """Who made it and when, as the foot of each page says."""
        who = str(self.user) if self.user else ""
        at = self.order.at
        return f"{who} {make_naive(at):%Y-%m-%d %H:%M}".strip() if at else who
