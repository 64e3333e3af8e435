"""The petition register, a petition, and the pages on which it is entered and settled."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tracker import access
from tracker.choices import Truth
from tracker.figures.petitions import petition_figures
from tracker.models import Event, Petition
from tracker.operations import annulment, petitions

QUERIES = 15
DAYS = [date(2021, 12, 4), date(2021, 12, 20), date(2022, 1, 10), date(2022, 2, 1)]


@pytest.fixture
def register(inspection, county, other_county, town):
    """Four petitions: one settled, one settled after an interim outcome, one interim, one open."""
    water, noise = factories.make_medium(), factories.make_medium("noise", "噪声")
    outcomes = [
        (county, 2, [water, noise], {"truth": Truth.TRUE, "closed_on": date(2021, 12, 20)}),
        (
            other_county,
            2,
            [water],
            {
                "truth": Truth.PARTLY_TRUE,
                "interim_on": date(2021, 12, 20),
                "closed_on": date(2022, 2, 1),
            },
        ),
        (town, 3, [noise], {"interim_on": date(2022, 1, 10)}),
        (county, 3, [noise], {}),
    ]
    rows = [
        (
            Petition(
                number=f"D3SX20211204000{serial}",
                batch=batch,
                received_on=date(2021, 12, batch + 2),
                unit=unit,
                summary=f"第{serial}件的夜间噪声",
                place="沙渚镇三号桥" if serial == 1 else "",
                outcome="已责令整改" if "closed_on" in outcome else "",
                **outcome,
            ),
            media,
        )
        for serial, (unit, batch, media, outcome) in enumerate(outcomes, 1)
    ]
    return petitions.register_petitions(
        actor=None, inspection=inspection, rows=rows, at=factories.moment(date(2022, 3, 1))
    )


def listed(browser, query=""):
    return browser.get(reverse("petitions") + query)


def numbers(response):
    return sorted(int(row.number[-1]) for row in response.context["table"].keys)


def page_of(browser, petition, query=""):
    return browser.get(reverse("petition", args=[petition.number]) + query)


class TestRegister:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [1, 2, 3, 4]),
            ("?status=closed", [1, 2]),
            ("?status=interim", [3]),
            ("?status=open", [4]),
            ("?status=open,interim", [3, 4]),
            ("?asof=2021-12-04", [1, 2]),
            ("?asof=2021-12-20&status=closed", [1]),
            ("?asof=2021-12-20&status=interim", [2]),
            ("?asof=2022-01-09&status=open", [3, 4]),
            ("?unit=linjiang", [1, 3, 4]),
            ("?unit=shatian", [3]),
            ("?medium=water", [1, 2]),
            ("?medium=water,noise&unit=donghai", [2]),
            ("?lot=3", [3, 4]),
            ("?q=三号桥", [1]),
            ("?q=望潮", [2]),
            ("?q=D3SX202112040004", [4]),
            ("?status=splendid&lot=77&medium=gold", [1, 2, 3, 4]),
        ],
    )
    def test_the_filters_and_the_day_are_understood(self, open_as, office, register, query, found):
        assert numbers(listed(open_as(office), query)) == found

    def test_words_it_does_not_understand_are_told(self, open_as, office, register):
        page = listed(open_as(office), "?status=splendid&lot=77").content.decode()

        assert "splendid" in page
        assert "77" in page

    @pytest.mark.parametrize("day", DAYS)
    def test_its_counts_are_the_figures_of_the_day(self, open_as, office, editor, register, day):
        for person in (office, editor):
            browser = open_as(person)
            seen = access.visible_petitions(person)
            figures = petition_figures(seen, as_of=day)
            query = f"?asof={day}"
            counts = {
                "": figures.total,
                "&status=closed": figures.closed,
                "&status=interim": figures.interim_closed,
                "&status=open": figures.open,
            }
            for status, count in counts.items():
                response = listed(browser, query + status)
                assert response.context["table"].page.paginator.count == count
            tabs = [tab["count"] for tab in listed(browser, query).context["tabs"]]
            assert tabs == [
                figures.total,
                figures.open,
                figures.interim_closed,
                figures.closed,
            ]

    @pytest.mark.parametrize("sort", ["number", "-number", "lot", "received", "unit", "-closed"])
    def test_it_can_be_sorted(self, open_as, office, register, sort):
        assert numbers(listed(open_as(office), f"?sort={sort}")) == [1, 2, 3, 4]

    def test_latest_comes_first(self, open_as, office, register):
        rows = listed(open_as(office)).context["table"].keys
        assert [int(row.number[-1]) for row in rows] == [3, 4, 1, 2]

    def test_findings_of_later_days_are_not_known_before(self, open_as, office, register):
        browser = open_as(office)
        columns = "&cols=number,truth,closed,place"

        assert "partly substantiated" in listed(browser, "?lot=2" + columns).content.decode()
        before = listed(browser, "?asof=2021-12-19" + columns).content.decode()
        assert "substantiated" not in before

    def test_a_unit_sees_its_own_subtree(self, open_as, editor, reader, other_editor, register):
        assert numbers(listed(open_as(editor))) == [1, 3, 4]
        assert numbers(listed(open_as(reader))) == [1, 3, 4]
        assert numbers(listed(open_as(other_editor))) == [2]

    def test_empty_it_says_what_belongs_here_and_after_filtering_the_way_back(
        self, open_as, office, editor, register
    ):
        browser = open_as(office)

        assert "Clear the filters" in listed(browser, "?q=nothing").content.decode()
        Petition.objects.update(received_on=date(2090, 1, 1), interim_on=None, closed_on=None)
        assert "Enter the first one" in listed(browser).content.decode()
        assert "by this day" in listed(open_as(editor)).content.decode()

    def test_without_an_inspection_the_page_is_empty(self, open_as, office):
        assert listed(open_as(office)).status_code == 200

    def test_ten_times_the_rows_make_no_more_queries(
        self, open_as, office, inspection, county, register, django_assert_max_num_queries
    ):
        browser = open_as(office)
        listed(browser)
        with django_assert_max_num_queries(QUERIES) as few:
            listed(browser)
        rows = [
            (
                Petition(
                    number=f"X3SX20211204{serial:04}",
                    batch=serial,
                    received_on=DAYS[0],
                    unit=county,
                    summary="异味",
                ),
                [factories.make_medium()],
            )
            for serial in range(1, 41)
        ]
        at = factories.moment(DAYS[0])
        petitions.register_petitions(actor=None, inspection=inspection, rows=rows, at=at)
        with django_assert_max_num_queries(len(few)):
            listed(browser)


class TestPage:
    def test_the_state_is_that_of_the_day(self, open_as, office, register):
        browser, petition = open_as(office), register[1]

        now = page_of(browser, petition).context
        assert (now["word"], now["finding"]) == ("settled", "partly substantiated")
        assert now["outcome"] == "已责令整改"
        then = page_of(browser, petition, "?asof=2021-12-25").context
        assert (then["word"], then["closed_on"]) == ("interim outcome", None)
        assert then["interim_on"] == date(2021, 12, 20)
        before = page_of(browser, petition, "?asof=2021-12-10").context
        assert (before["word"], before["finding"], before["outcome"]) == ("being handled", "", "")
        early = page_of(browser, petition, "?asof=2021-12-01")
        assert "not handed over yet" in early.content.decode()

    def test_another_countys_is_not_found(self, open_as, editor, other_editor, register):
        assert page_of(open_as(editor), register[0]).status_code == 200
        assert page_of(open_as(other_editor), register[0]).status_code == 404

    def test_an_annulled_one_is_seen_by_the_office_only(self, open_as, office, leader, register):
        event = Event.objects.get(petition=register[0])
        annulment.annul(actor=office, event_id=event.pk, reason="重复", at=event.recorded_at)
        browser = open_as(office)

        assert "was annulled" in page_of(browser, register[0]).content.decode()
        assert page_of(open_as(leader), register[0]).status_code == 404
        assert numbers(listed(browser)) == [2, 3, 4]
        settle = reverse("settle-petition", args=[register[0].number])
        assert browser.get(settle).status_code == 404

    def test_its_page_makes_few_queries(
        self, open_as, office, register, django_assert_max_num_queries
    ):
        browser = open_as(office)
        page_of(browser, register[0])
        with django_assert_max_num_queries(QUERIES):
            page_of(browser, register[0])


class TestEntering:
    def data(self, county, **values):
        return {
            "number": " d3sx202112040009 ",
            "batch": 2,
            "received_on": "2021-12-05",
            "unit": county.pk,
            "summary": "夜间施工",
            "media": [factories.make_medium().pk],
        } | values

    def test_the_office_enters_a_petition(self, open_as, office, inspection, county):
        response = open_as(office).post(reverse("new-petition"), self.data(county))

        petition = Petition.objects.get()
        assert petition.number == "D3SX202112040009"
        assert petition.inspection == inspection
        assert [medium.code for medium in petition.media.all()] == ["water"]
        assert response.url == petition.get_absolute_url()

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"number": "4711"}, "is not a petition number"),
            ({"number": "D3SX202102300009"}, "names a day that does not exist"),
            ({"received_on": "2090-01-01"}, "The day is in the future."),
            ({"received_on": "2021-12-03"}, "it cannot have been handed over before"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_words(
        self, open_as, office, inspection, county, values, words
    ):
        response = open_as(office).post(reverse("new-petition"), self.data(county, **values))

        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Petition.objects.exists()

    def test_a_number_that_is_registered_is_refused(self, open_as, office, county, register):
        data = self.data(county, number=register[0].number)

        response = open_as(office).post(reverse("new-petition"), data)

        assert response.status_code == 422
        assert "is registered already" in response.content.decode()

    def test_nobody_but_the_office_enters_petitions(self, open_as, editor, leader, inspection):
        for person in (editor, leader):
            assert open_as(person).get(reverse("new-petition")).status_code == 403

    def test_without_an_inspection_there_is_nowhere_to_enter_one(self, open_as, office):
        assert open_as(office).get(reverse("new-petition")).status_code == 404


class TestSettling:
    def test_an_editor_settles_its_own(self, open_as, editor, register):
        browser, petition = open_as(editor), register[3]
        address = reverse("settle-petition", args=[petition.number])
        assert address in page_of(browser, petition).content.decode()
        data = {"version": 1, "truth": "true", "closed_on": "2022-02-03", "outcome": "已停工整改"}

        assert browser.post(address, data).status_code == 302

        petition.refresh_from_db()
        assert (petition.closed_on, petition.truth) == (date(2022, 2, 3), Truth.TRUE)
        context = page_of(browser, petition).context
        changes = {change.label: change.after for change in context["entries"][0].changes}
        assert changes == {
            "finding": "substantiated",
            "settled on": "2022-02-03",
            "handling and outcome": "已停工整改",
        }

    def test_a_settled_petition_needs_a_finding_and_days_in_their_order(
        self, open_as, editor, register
    ):
        browser = open_as(editor)
        address = reverse("settle-petition", args=[register[3].number])

        response = browser.post(address, {"version": 1, "closed_on": "2022-02-03"})
        assert response.status_code == 422
        assert "A settled petition needs a finding." in response.content.decode()
        data = {"version": 1, "truth": "true", "interim_on": "2022-02-04"}
        response = browser.post(address, data | {"closed_on": "2022-02-03"})
        assert "An interim outcome comes before" in response.content.decode()

    def test_an_empty_outcome_is_no_outcome(self, open_as, editor, register):
        address = reverse("settle-petition", args=[register[3].number])

        response = open_as(editor).post(address, {"version": 1, "truth": "", "outcome": " "})

        assert response.status_code == 422
        assert "Enter the finding, a day, or what was done." in response.content.decode()

    def test_the_second_of_two_editors_is_told_and_loses_nothing(self, open_as, editor, register):
        browser = open_as(editor)
        address = reverse("settle-petition", args=[register[3].number])
        browser.post(address, {"version": 1, "truth": "true", "outcome": "别人写的"})

        response = browser.post(address, {"version": 1, "truth": "untrue", "outcome": "我写的"})

        assert response.status_code == 409
        assert all(word in response.content.decode() for word in ("别人写的", "我写的"))

    def test_readers_and_leaders_settle_nothing(self, open_as, reader, leader, register):
        for person in (reader, leader):
            browser = open_as(person)
            address = reverse("settle-petition", args=[register[0].number])
            assert browser.get(address).status_code == 403
            assert address not in page_of(browser, register[0]).content.decode()

    def test_nothing_is_settled_from_a_past_day(self, open_as, editor, register):
        address = reverse("settle-petition", args=[register[0].number])

        past = page_of(open_as(editor), register[0], "?asof=2022-01-01")
        assert address not in past.content.decode()
