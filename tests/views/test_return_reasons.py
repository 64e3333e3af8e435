"""The usual reasons on the forms that send something back, and the dictionary they come from."""

from datetime import date

import pytest
from django import forms
from django.core.management import call_command
from django.urls import reverse

from tests import closing, factories
from tests.factories import make_return_reason
from tracker.choices import ReasonFor
from tracker.forms.reasons import CompletionReturnForm, UsualReasons
from tracker.forms.verbs import CleanForm
from tracker.models import Closure, Event, ReturnReason
from tracker.operations import progress

ON = "2022-08-02"


@pytest.fixture
def part(county, editor):
    task = factories.make_task()
    part = task.assignments.get()
    progress.report_completion(
        actor=editor,
        assignment_id=part.pk,
        version=None,
        on=date(2022, 8, 1),
        at=factories.moment(date(2022, 8, 1)),
        note="管网全部通水",
    )
    part.refresh_from_db()
    return part


def returned(part):
    return f"/tasks/{part.task.code}/units/linjiang/return-completion/"


def send(browser, part, **values):
    return browser.post(returned(part), {"version": part.version, "on": ON, "note": "", **values})


def note():
    return Event.objects.filter(kind="completion_returned").get().note


def test_a_form_offers_the_active_reasons_of_its_purpose_in_their_order(open_as, office, part):
    last = make_return_reason(ReasonFor.COMPLETION, "整改目标未达到。", position=20)
    first = make_return_reason(ReasonFor.COMPLETION, "佐证材料不全。", position=10)
    make_return_reason(ReasonFor.COMPLETION, "停用的理由。", is_active=False)
    make_return_reason(ReasonFor.APPLICATION, "缺少签字。")

    page = open_as(office).get(returned(part))

    usual = page.context["form"].fields["usual"]
    assert list(usual.queryset) == [first, last]
    text = page.content.decode()
    assert 'data-append-to="id_note"' in text
    assert text.index('name="usual"') < text.index('name="note"')
    assert text.count("(optional)") == 1  # The choice is; a reason in some words is not.
    assert "停用的理由" not in text
    assert "缺少签字" not in text


def test_a_chosen_reason_alone_is_the_whole_text(open_as, office, part):
    usual = make_return_reason(ReasonFor.COMPLETION)
    assert send(open_as(office), part, usual=usual.pk).status_code == 302
    assert note() == usual.text


def test_a_chosen_reason_stands_before_what_was_written(open_as, office, part):
    usual = make_return_reason(ReasonFor.COMPLETION)
    send(open_as(office), part, usual=usual.pk, note="另缺监测报告。")
    assert note() == f"{usual.text}\n另缺监测报告。"


def test_a_reason_that_was_copied_already_is_not_said_twice(open_as, office, part):
    usual = make_return_reason(ReasonFor.COMPLETION)
    send(open_as(office), part, usual=usual.pk, note=f"{usual.text}另缺监测报告。")
    assert note() == f"{usual.text}另缺监测报告。"


def test_without_either_the_text_is_asked_for(open_as, office, part):
    answer = send(open_as(office), part)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"note": ["Fill this in."]}


def test_both_together_have_to_fit_and_nothing_is_cut(open_as, office, part):
    usual = make_return_reason(ReasonFor.COMPLETION, "缺" * 200)
    answer = send(open_as(office), part, usual=usual.pk, note="长" * 300)
    assert answer.status_code == 422
    [sentence] = answer.context["form"].errors["note"]
    assert "At most 500" in sentence
    assert "501" in sentence
    assert "长" * 300 in answer.content.decode()


def test_a_text_too_long_by_itself_is_said_once(part):
    form = CompletionReturnForm({"version": 1, "on": ON, "note": "长" * 501})
    assert len(form.errors["note"]) == 1


@pytest.mark.parametrize("key", ["0", "x", "9" * 30])
def test_a_reason_that_is_not_there_is_refused(open_as, office, part, key):
    answer = send(open_as(office), part, usual=key, note="缺监测报告")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["usual"]


def test_a_reason_for_another_purpose_is_refused(open_as, office, part):
    other = make_return_reason(ReasonFor.APPLICATION)
    answer = send(open_as(office), part, usual=other.pk)
    assert list(answer.context["form"].errors) == ["usual", "note"]


def test_a_text_that_is_no_must_stays_none_and_without_limit_takes_any_length(db):
    class Loose(UsualReasons, CleanForm):
        note = forms.CharField(required=False)
        reason_for = ReasonFor.REPORT

    usual = make_return_reason(ReasonFor.REPORT)
    empty, long = Loose({}), Loose({"usual": usual.pk, "note": "长" * 5000})
    assert empty.is_valid()
    assert empty.cleaned_data == {"note": ""}
    assert long.is_valid()
    assert long.cleaned_data["note"].startswith(usual.text)


def test_a_failed_acceptance_may_say_a_usual_reason(open_as, editor, acceptance, county):
    task = closing.completed_task()
    closure = closing.take(closing.apply(task, editor), acceptance)
    usual = make_return_reason(ReasonFor.ACCEPTANCE, "现场核查发现措施未落实。")
    conditions = ("measures", "violations", "standards", "alike", "root_cause")
    data = {
        "version": closure.version,
        **dict.fromkeys(conditions, "yes"),
        "measures": "no",
        **{f"{name}_finding": "已核实" for name in conditions},
        "desk_finding": "档案齐全。",
        "field_finding": "现场检查。",
        "field_checked_on": "2022-07-20",
        "team_leader": "许文澜",
        "passes": "no",
        "usual": usual.pk,
        "opinion": "",
        "on": "2022-07-20",
    }
    sent = open_as(acceptance).post(f"{closure.get_absolute_url()}decide/", data)
    assert sent.status_code == 302
    assert Closure.objects.get().opinion == usual.text


# The dictionary.


def test_the_defaults_load_for_every_purpose(db):
    call_command("loaddata", "reference/return_reasons", verbosity=0)
    for purpose in ReasonFor:
        assert len(ReturnReason.objects.offered(purpose)) >= 3
    own = make_return_reason(ReasonFor.REPORT, "本市自定理由。")
    assert ReturnReason.objects.filter(pk=own.pk).count() == 1


def test_an_administrator_words_them_anew_switches_them_off_and_deletes_none(
    client_of, administrator
):
    browser = client_of(administrator, headers={"accept-language": "en"})
    row = make_return_reason(ReasonFor.REPORT)

    def url(page, *args):
        return reverse(f"admin:tracker_returnreason_{page}", args=args)

    data = {"reason_for": "report", "text": "请补充监测数据。", "position": 5, "is_active": ""}
    assert browser.post(url("change", row.pk), data).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.is_active, str(row)) == ("请补充监测数据。", False, "请补充监测数据。")
    assert row.history.count() == 2
    assert browser.post(url("delete", row.pk), {"post": "yes"}).status_code == 403
    twice = browser.post(url("add"), data)
    assert "already exists" in twice.content.decode()
    assert browser.get(url("changelist")).status_code == 200
