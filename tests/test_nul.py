"""A NUL in an address: no database can look for it, so no page looks for it."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from tests import factories
from tests.pages import PAGES, World, let_go
from tracker.admin import site

NAMES = (
    *("q", "unit", "status", "medium", "issue", "supervising", "acceptance", "due", "sort", "cols"),
    *("density", "page", "per", "asof", "batch", "show", "record", "form", "by", "pick", "table"),
)
EVERY_PARAMETER = "&".join(f"{name}=%00" for name in NAMES)


def test_no_page_breaks_over_a_nul(client_of, office):
    world = World()
    browser = client_of(office)
    broken = {}
    for page in PAGES:
        if page.name == "account_logout":
            continue
        for _side, address in page.addresses(world):
            for query in (EVERY_PARAMETER, "q=a%00b&unit=lin%00jiang&asof=2023-01-01", "a%00b=1"):
                answer = browser.get(f"{address}?{query}")
                let_go(answer)
                if answer.status_code >= 500:
                    broken[page.name, query] = answer.status_code
    assert broken == {}


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_app_config("tracker").get_models() if site.is_registered(model)],
)
def test_no_list_of_the_back_office_breaks_over_a_nul(client_of, administrator, model):
    factories.make_task()
    browser = client_of(administrator)
    address = reverse(f"admin:tracker_{model._meta.model_name}_changelist")
    texts = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
    ]
    for name in ["q", "p", "o", *texts, *(f"{name}__in" for name in texts)]:
        answer = browser.get(f"{address}?{name}=a%00b", follow=True)
        assert answer.status_code in (200, 400), name


def test_the_back_office_finds_nothing_for_a_nul(client_of, administrator):
    factories.make_task(title="沿江码头整治")
    browser = client_of(administrator)
    address = reverse("admin:tracker_task_changelist")

    def found(words):
        return browser.get(address, {"q": words}).context["cl"].result_count

    assert found("沿江码头") == 1
    assert found("沿江\0码头") == 0


@pytest.mark.parametrize("text", ["%00", "lin%00jiang"])
def test_a_filter_with_a_nul_is_left_out_and_told(client_of, office, text):
    factories.make_task()
    page = client_of(office, headers={"accept-language": "en"}).get(f"/tasks/?unit={text}")

    assert page.wsgi_request.ignored == [text.replace("%00", "\N{REPLACEMENT CHARACTER}")]
    assert "Left out, because it was not understood: " in page.content.decode()


def test_a_search_for_a_nul_finds_nothing(client_of, office):
    factories.make_task(title="沿江码头整治")
    browser = client_of(office)

    def found(words):
        return len(browser.get("/tasks/", {"q": words}).context["table"].rows)

    assert found("沿江码头") == 1
    assert found("沿江\0码头") == found("\0") == 0


@pytest.mark.parametrize("path", ["/tasks/%00/", "/%00", "/admin/tracker/task/%00/change/"])
def test_no_address_has_a_nul_in_it(client_of, administrator, path):
    assert client_of(administrator).get(path, follow=True).status_code in (200, 404)
