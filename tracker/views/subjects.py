"""What the pages of issues, units, petitions and programmes share: the frame and the record."""

from typing import cast

from django.db.models import Field
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tracker import access
from tracker.choices import EventKind, Truth
from tracker.figures.record import Change
from tracker.models import MediaCategory, Reading, Source, Unit, UnitKind
from tracker.operations.annulment import UNDO
from tracker.views.frame import current_inspection, inspections
from tracker.views.task_record import LOOKS, Entry
from tracker.views.verbs import VerbPage, in_words

DICTIONARIES = {
    **{"source": Source, "medium": MediaCategory, "kind": UnitKind},
    **{"unit": Unit, "parent": Unit, "merged_into": Unit, "sectors": MediaCategory},
}
"""Fields that the record keeps by a code, each with where the code stands for a name."""

UNSAID = ("version", "number", "reading", "batch")
TELLING = (
    *(EventKind.CORRECTED, EventKind.UNIT_MOVED, EventKind.UNIT_CLOSED, EventKind.UNIT_MERGED),
    *(EventKind.PETITION_SETTLED, EventKind.READING_TAKEN),
)
"""Entries whose facts are shown one by one; the others say all by their kind and note."""


class SubjectVerb(VerbPage):
    """A step about an issue, a unit, a petition, a programme or a call; the page names it."""

    template_name = "tracker/subject_verb.html"
    list_name = ""
    list_label: str | Promise = ""

    def about(self):
        """What the step is about, in words; nothing while it does not exist yet."""
        return str(self.subject)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            about=self.about(),
            list_url=reverse(self.list_name),
            list_label=self.list_label,
            **kwargs,
        )


class NewSubject(SubjectVerb):
    """The page on which one is entered."""

    def about(self):
        return ""

    def get_success_url(self, outcome=None):
        return outcome.get_absolute_url()

    def get_cancel_url(self):
        return reverse(self.list_name)


class NewInInspection(NewSubject):
    """The page on which something of the current inspection is entered, by who runs its list."""

    def get_subject(self):
        inspection = current_inspection(self.request)
        if inspection is None:
            raise Http404(_("There is no inspection yet."))
        return inspection

    def allowed(self):
        return access.may_run_list(self.request.user)


def frame_by(request, inspection_id):
    """Let the inspection of what is looked at stand around its page."""
    same = [row for row in inspections(request) if row.pk == inspection_id]
    request.inspection = same[0] if same else None


def on_day(request, url):
    """``url`` on the day of the request."""
    return f"{url}?asof={request.as_of.isoformat()}" if request.is_past else url


def entries_about(request, events, model):
    """The entries of ``events`` up to the day, newest first, with what each one changed.

    ``model`` names the fields. The codes in the entries are looked up in one query for each
    dictionary that occurs.
    """
    rows = (
        events.filter(effective_on__lte=request.as_of)
        .exclude(kind=EventKind.ANNULLED)
        .select_related("actor", "annulment__actor")
        .order_by("-effective_on", "-sequence")
    )
    told = [(event, list(_facts(event))) for event in rows]
    names = _names([fact for _event, facts in told for fact in facts])
    may_annul = not request.is_past and access.scope_of(request.user).is_city_office
    return [
        _entry(event, [_change(model, names, *fact) for fact in facts], may_annul)
        for event, facts in told
    ]


def _facts(event):
    """``(field, before, after)`` of each fact that an entry tells."""
    before, after = event.details.get("before", {}), event.details.get("after", {})
    for name, new in after.items() if event.kind in TELLING else ():
        if name not in UNSAID and new != before.get(name) and (before or new not in (None, "")):
            yield name, before.get(name), new


def _names(facts):
    """``{model: {code: name}}`` for the codes that occur."""
    wanted: dict = {}
    for name, *values in facts:
        if name in DICTIONARIES:
            codes = wanted.setdefault(DICTIONARIES[name], set())
            for value in values:
                codes.update(value if isinstance(value, list) else filter(None, [value]))
    return {
        model: {row.code: str(row) for row in _rows(model, codes)}
        for model, codes in wanted.items()
    }


def _rows(model, codes):
    rows = model.objects.plain() if model is Unit else model.objects.all()
    return rows.filter(code__in=codes)


def _change(model, names, name, before, after):
    known = names.get(DICTIONARIES.get(name), {})
    if name == "truth":
        known = {key: str(label) for key, label in Truth.choices}
    return Change(_label(model, name), *(_said(value, known) for value in (before, after)))


def _said(value, known):
    if isinstance(value, list):
        return in_words([known.get(one, one) for one in value])
    return in_words(known.get(value, value))


def _label(model, name):
    if name == "aliases":
        return _("other names")
    if name == "parent":
        return _("stands under")
    if name in ("parts", "units"):
        return _("open parts passed on") if name == "parts" else _("units passed on")
    holder = Reading if name in ("value", "rate_printed") else model
    return str(cast(Field, holder._meta.get_field(name)).verbose_name)


def _entry(event, changes, may_annul):
    icon, tone = LOOKS.get(EventKind(event.kind), ("doc", ""))
    is_programme = event.kind == EventKind.CREATED and event.programme_id is not None
    return Entry(
        event,
        title=event.get_kind_display(),
        icon=icon,
        tone=tone,
        changes=changes,
        can_be_annulled=may_annul
        and not hasattr(event, "annulment")
        and event.kind in UNDO
        and event.inspection_id is not None
        and not is_programme,
    )
