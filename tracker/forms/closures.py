"""The forms of closure (验收销号): application, acceptance, notice, objection, end."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.choices import Condition
from tracker.forms.verbs import CleanForm, DatedForm, DayInput, RowsField
from tracker.models import Evidence

RETURN_REASONS = (
    gettext_lazy("The evidence is incomplete."),
    gettext_lazy("Not every measure of the plan is done."),
    gettext_lazy("The self-check does not say what was checked and what was found."),
    gettext_lazy("Photographs or monitoring data of the state after rectification are missing."),
    gettext_lazy("Nothing shows that the result lasts."),
    gettext_lazy("The signature of the unit head is missing."),
)
"""What applications are usually returned for; offered while a reason is typed."""

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
        *("self_checked_on", "self_check", "completion_text", "evidence", "is_statement"),
        *("meeting_on", "lead_opinion", "unit_head", "on"),
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


class ReturnForm(DatedForm):
    """Why an application goes back: a usual reason or another, and what is to be mended."""

    reason = _line(
        gettext_lazy("Reason"),
        most=300,
        look="f-l",
        attrs={"list": "reasons"},
        help_text=gettext_lazy("Choose one of the usual reasons, or type another."),
    )
    details = _text(gettext_lazy("What has to be mended"), rows=3, most=1500, required=False)
    on = _day(gettext_lazy("Returned on"))
    field_order: Sequence[str] = ("reason", "details", "on")
    reasons = RETURN_REASONS

    @property
    def whole_reason(self):
        """Both parts as one text."""
        parts = (self.cleaned_data["reason"], self.cleaned_data["details"])
        return "\n".join(part for part in parts if part)


class WithdrawalForm(DatedForm):
    """Why a unit takes its own application back."""

    reason = _text(gettext_lazy("Reason"), rows=3, most=500)
    on = _day(gettext_lazy("Taken back on"))
    field_order: Sequence[str] = ("reason", "on")


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

    @property
    def errors(self):
        return [*self.met.errors, *self.finding.errors]


class DecisionForm(DatedForm):
    """The five conditions one by one, what was found on file and on site, and the decision."""

    desk_finding = _text(gettext_lazy("Examination of the file"), rows=3)
    field_finding = _text(gettext_lazy("Examination on site"), rows=3)
    field_checked_on = _day(gettext_lazy("On site on"))
    team_leader = _line(gettext_lazy("Head of the acceptance team"), most=60)
    team_members = _line(
        gettext_lazy("Members of the acceptance team"), most=200, look="f-l", required=False
    )
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
    ENDS = ("passes", "opinion", "on")

    def __init__(self, *args, is_statement, **kwargs):
        super().__init__(*args, **kwargs)
        for condition in Condition:
            self.fields[condition.value] = _yes_or_no(
                condition.label,
                pgettext_lazy("condition", "met"),
                pgettext_lazy("condition", "not met"),
            )
            self.fields[f"{condition.value}_finding"] = _text(
                gettext_lazy("Finding"), rows=2, most=1000, required=False
            )
        answers = (name for each in Condition for name in (each.value, f"{each.value}_finding"))
        self.order_fields([*answers, *self.FOUND, *self.ENDS])
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
    def end_fields(self):
        return [self[name] for name in self.ENDS]

    def answers(self):
        """``{condition: (met, finding)}``."""
        cleaned = self.cleaned_data
        return {
            condition: (cleaned[condition.value], cleaned[f"{condition.value}_finding"])
            for condition in Condition
        }


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
    on = _day(pgettext_lazy("closure", "Closed on"))
    field_order: Sequence[str] = ("closing_opinion", "consent_document_no", "on")

    def __init__(self, *args, needs_consent, **kwargs):
        super().__init__(*args, **kwargs)
        if not needs_consent:
            del self.fields["consent_document_no"]


class FilingForm(DatedForm):
    """The closure was reported to the level above."""

    filing_no = _line(gettext_lazy("Filing number"), most=60)
    on = _day(gettext_lazy("Filed on"))
    field_order: Sequence[str] = ("filing_no", "on")
