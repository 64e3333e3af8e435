"""The forms of closure (验收销号): application, acceptance, notice, objection, end."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.choices import Condition, ReasonFor
from tracker.forms.reasons import USUAL, UsualReasons
from tracker.forms.uploads import documents_field, photos_field
from tracker.forms.verbs import CleanForm, DatedForm, DayInput, RowsField
from tracker.models import Evidence

CHANNELS = (
    pgettext_lazy("channel", "telephone"),
    pgettext_lazy("channel", "letter"),
    pgettext_lazy("channel", "e-mail"),
    pgettext_lazy("channel", "visit"),
)


def _text(label, *, rows=4, most=4000, **options):
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _line(label, *, most, look="f-m", **options):
    attrs = {"class": look} | options.pop("attrs", {})
    return forms.CharField(
        label=label, max_length=most, widget=forms.TextInput(attrs=attrs), **options
    )


def _day(label, **options):
    return forms.DateField(label=label, widget=DayInput, **options)


class ApplicationForm(DatedForm):
    """A unit applies to have its part of a task closed, after its own check."""

    self_checked_on = _day(gettext_lazy("Self-check made on"))
    self_check = _text(
        gettext_lazy("Self-check"),
        rows=5,
        help_text=gettext_lazy(
            "Who checked what, where, and what was found; at least 20 characters."
        ),
    )
    completion_text = _text(
        gettext_lazy("How the rectification was completed"),
        rows=6,
        help_text=gettext_lazy(
            "Goal and measures, one by one, with figures; at least 20 characters. The public"
            " notice is written from it."
        ),
    )
    evidence = RowsField(
        label=gettext_lazy("Evidence"),
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Files that were handed in with the reports on the task."),
    )
    documents = documents_field(label=gettext_lazy("Further photos and files"))
    is_statement = forms.BooleanField(
        label=gettext_lazy("Closed on a statement (non-engineering task)"),
        required=False,
        help_text=gettext_lazy(
            "Decided in a meeting of the unit; there is nothing on site to be examined."
        ),
    )
    meeting_on = _day(gettext_lazy("Meeting of the unit on"), required=False)
    lead_opinion = _text(
        gettext_lazy("Opinion of the leading unit"),
        rows=2,
        most=2000,
        required=False,
        help_text=gettext_lazy("Where another unit leads the task."),
    )
    unit_head = _line(
        gettext_lazy("Unit head who signed"),
        most=60,
        attrs={"autocomplete": "off"},
        help_text=gettext_lazy("The name as it stands under the application."),
    )
    on = _day(gettext_lazy("Applied on"))
    field_order: Sequence[str] = (
        *("self_checked_on", "self_check", "completion_text", "evidence", "documents"),
        *("is_statement", "meeting_on", "lead_opinion", "unit_head", "on"),
    )

    def __init__(self, *args, evidence, has_lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = evidence
        if not evidence:
            del self.fields["evidence"]
        if not has_lead:
            del self.fields["lead_opinion"]

    def values(self):
        """What the application says, as the operation takes it."""
        cleaned = self.cleaned_data
        names = ("self_checked_on", "self_check", "completion_text", "is_statement", "unit_head")
        return {
            **{name: cleaned[name] for name in names},
            "meeting_on": cleaned["meeting_on"] if cleaned["is_statement"] else None,
            "lead_opinion": cleaned.get("lead_opinion", ""),
            "evidence": list(cleaned.get("evidence", ())),
        }


class ReturnForm(UsualReasons, DatedForm):
    """Why an application goes back, and what is to be mended."""

    reason = _text(gettext_lazy("Reason, and what has to be mended"), most=2000)
    on = _day(gettext_lazy("Returned on"))
    field_order: Sequence[str] = ("reason", "on")
    reason_for = ReasonFor.APPLICATION
    reason_field = "reason"


class WithdrawalForm(DatedForm):
    """Why a unit takes its own application back."""

    reason = _text(gettext_lazy("Reason"), rows=3, most=500)
    on = _day(gettext_lazy("Taken back on"))
    field_order: Sequence[str] = ("reason", "on")


class PreAcceptanceForm(DatedForm):
    """What the county found, and who signed for it."""

    county_opinion = _text(
        gettext_lazy("Opinion of the county"),
        most=2000,
        help_text=gettext_lazy("What was examined on file and on site, and what was found."),
    )
    county_signer = _line(
        gettext_lazy("Signed for the county by"), most=60, attrs={"autocomplete": "off"}
    )
    on = _day(gettext_lazy("Passed by the county on"))
    field_order: Sequence[str] = ("county_opinion", "county_signer", "on")


class TakingForm(DatedForm):
    """An application is taken for acceptance."""

    on = _day(gettext_lazy("Acceptance begins on"))


def _yes_or_no(label, yes, no, **options):
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
        **options,
    )


class Answer:
    """The two fields of one condition, side by side on the page."""

    def __init__(self, form, condition):
        self.condition = condition
        self.met = form[condition.value]
        self.finding = form[f"{condition.value}_finding"]
        self.shown = form[shown_name(condition)] if shown_name(condition) in form.fields else None
        self.files = form[files_name(condition)]

    @property
    def errors(self):
        return [*self.met.errors, *self.finding.errors, *self.file_errors]

    @property
    def file_errors(self):
        return [*(self.shown.errors if self.shown else ()), *self.files.errors]

    @property
    def has_files(self):
        """Whether something is chosen for it, or wrong."""
        return bool(self.file_errors or self.files.value() or (self.shown and self.shown.value()))


def shown_name(condition):
    """The field for files of the application that bear out the answer to a condition."""
    return f"{condition.value}_shown"


def files_name(condition):
    """The field for files that the acceptance adds to its answer to a condition."""
    return f"{condition.value}_files"


CONDITION_OF = {files_name(condition): condition.value for condition in Condition}


class DecisionForm(UsualReasons, DatedForm):
    """The five conditions one by one, what was found on file and on site, and the decision."""

    desk_finding = _text(gettext_lazy("Examination of the file"), rows=3)
    field_finding = _text(gettext_lazy("Examination on site"), rows=3)
    field_checked_on = _day(gettext_lazy("On site on"))
    team_leader = _line(gettext_lazy("Head of the acceptance team"), most=60)
    team_members = _line(
        gettext_lazy("Members of the acceptance team"), most=200, look="f-l", required=False
    )
    photos = photos_field(label=gettext_lazy("Take a photo on site"))
    documents = documents_field(label=gettext_lazy("Photos and files of the acceptance"))
    passes = _yes_or_no(
        gettext_lazy("Decision"),
        gettext_lazy("passed: the rectification is complete"),
        gettext_lazy("not passed: back to the unit"),
        help_text=gettext_lazy(
            "It is passed only when all five conditions are met. Otherwise the task is open again"
            " from that day on."
        ),
    )
    opinion = _text(
        gettext_lazy("Acceptance opinion"),
        rows=3,
        required=False,
        help_text=gettext_lazy("When it is not passed: why, and what has to be done."),
    )
    on = _day(gettext_lazy("Decided on"))

    FOUND = ("desk_finding", "field_finding", "field_checked_on", "team_leader", "team_members")
    FILES = ("photos", "documents")
    ENDS = ("passes", USUAL, "opinion", "on")
    reason_for = ReasonFor.ACCEPTANCE
    reason_field = "opinion"

    def __init__(self, *args, is_statement, evidence=(), **kwargs):
        super().__init__(*args, **kwargs)
        by_key = {str(row.pk): row for row in evidence}
        for condition in Condition:
            if by_key:
                self.fields[shown_name(condition)] = forms.TypedMultipleChoiceField(
                    label=gettext_lazy("Files of the application that show it"),
                    choices=[(key, row.name) for key, row in by_key.items()],
                    coerce=by_key.get,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
            self.fields[files_name(condition)] = documents_field(
                label=gettext_lazy("Further files of the acceptance")
            )
            self.fields[condition.value] = _yes_or_no(
                condition.label,
                pgettext_lazy("condition", "met"),
                pgettext_lazy("condition", "not met"),
            )
            self.fields[f"{condition.value}_finding"] = _text(
                gettext_lazy("Finding"), rows=2, most=1000, required=False
            )
        answers = (name for each in Condition for name in (each.value, f"{each.value}_finding"))
        self.order_fields([*answers, *self.FOUND, *self.FILES, *self.ENDS])
        if is_statement:
            for name in ("field_finding", "field_checked_on"):
                self.fields[name].required = False
            self.fields["field_finding"].help_text = _(
                "The task is closed on a statement; an examination on site may be left out."
            )

    @cached_property
    def answered(self):
        """The conditions as the page asks for them."""
        return [Answer(self, condition) for condition in Condition]

    @property
    def found_fields(self):
        return [self[name] for name in self.FOUND]

    @property
    def file_fields(self):
        return [self[name] for name in self.FILES]

    @property
    def end_fields(self):
        return [self[name] for name in self.ENDS]

    def answers(self):
        """``{condition: (met, finding)}``."""
        cleaned = self.cleaned_data
        return {
            condition: (cleaned[condition.value], cleaned[f"{condition.value}_finding"])
            for condition in Condition
        }

    def shown(self):
        """``{condition: files of the application that show it}``."""
        chosen = {
            condition: self.cleaned_data.get(shown_name(condition), ()) for condition in Condition
        }
        return {condition: list(rows) for condition, rows in chosen.items() if rows}


class NoticeForm(DatedForm):
    """The public notice: its first day, its wording, and where objections go."""

    begins_on = _day(gettext_lazy("First day of the notice"))
    ends_shown = forms.DateField(widget=forms.HiddenInput, required=False)
    completion_text = _text(
        gettext_lazy("How the rectification was completed"),
        rows=6,
        help_text=gettext_lazy("Everybody can read it: no names, no telephone numbers."),
    )
    issuer = _line(gettext_lazy("Issued by"), most=100)
    phone = _line(
        gettext_lazy("Telephone for objections"), most=40, attrs={"type": "tel"}, look="f-s"
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail for objections"),
        required=False,
        widget=forms.EmailInput(attrs={"class": "f-m"}),
    )
    on = _day(gettext_lazy("Published on"))

    def shown_as(self, ends_on: date):
        """Say on the form which last day the reader sees beside it."""
        if self.is_bound:
            name = self.add_prefix("ends_shown")
            self.data = {**self.data.dict(), name: ends_on.isoformat()}
        self.initial["ends_shown"] = ends_on


class ObjectionForm(CleanForm):
    """An objection that somebody raised, written down by the office."""

    content = _text(gettext_lazy("Objection"), rows=5)
    received_on = _day(gettext_lazy("Received on"))
    channel = _line(
        pgettext_lazy("objection", "Received by"), most=40, look="f-s", attrs={"list": "channels"}
    )
    contact = _line(
        gettext_lazy("Name and telephone"),
        most=120,
        required=False,
        attrs={"autocomplete": "off"},
        help_text=gettext_lazy("Only the rectification office reads it; no form prints it."),
    )
    channels = CHANNELS


class SettlementForm(CleanForm):
    """What came of an objection."""

    upheld = _yes_or_no(
        pgettext_lazy("objection", "Outcome"),
        yes=gettext_lazy("upheld: the closure stops, the task is open again"),
        no=gettext_lazy("dismissed: the closure goes on"),
    )
    settlement = _text(
        gettext_lazy("How it was settled"),
        most=2000,
        help_text=gettext_lazy("What was examined, what was found, what the objector was told."),
    )
    on = _day(gettext_lazy("Settled on"))


class ClosingForm(DatedForm):
    """The end of the procedure: the office's opinion, and the consent of above where needed."""

    closing_opinion = _text(gettext_lazy("Closing opinion"), rows=3, most=2000)
    consent_document_no = _line(
        gettext_lazy("Consent of the level above, document number"), most=60
    )
    consent_on = _day(gettext_lazy("Level above consented on"))
    consent_note = _line(gettext_lazy("Note on the consent"), most=300, look="f-l", required=False)
    on = _day(pgettext_lazy("closure", "Closed on"))
    CONSENT = ("consent_document_no", "consent_on", "consent_note")
    field_order: Sequence[str] = ("closing_opinion", *CONSENT, "on")

    def __init__(self, *args, needs_consent, **kwargs):
        super().__init__(*args, **kwargs)
        for name in () if needs_consent else self.CONSENT:
            del self.fields[name]


class FilingForm(DatedForm):
    """The closure was reported to the level above."""

    filing_no = _line(gettext_lazy("Filing number"), most=60)
    on = _day(gettext_lazy("Filed on"))
    field_order: Sequence[str] = ("filing_no", "on")
