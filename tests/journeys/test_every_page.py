"""Every kind of page: accessible, and nothing sideways."""

import pytest

PAGES = [
    "/",
    "/?batch=2022s2&asof=2023-10-31",
    "/tasks/?batch=2022s2",
    "/tasks/?batch=2022s2&asof=2023-10-31&status=overdue,behind&q=污水",
    "/tasks/?q=没有这样的任务",
    "/tasks/2022s2-19/",
    "/tasks/2022s2-19/?asof=2023-10-31",
    "/tasks/2022s2-31/file/",
    "/tasks/2022s2-31/file/zip/",
    "/tasks/new/",
    "/tasks/2022s2-19/edit/",
    "/tasks/2022s2-25/questions/",
    "/tasks/2022s2-25/questions/new/",
    "/tasks/2022s2-39/extend/",
    "/tasks/2022s2-39/withdraw/",
    "/issues/?batch=2022s2",
    "/issues/2022s2-9/",
    "/issues/new/",
    "/units/",
    "/units/wangchao/",
    "/units/new/",
    "/rounds/?batch=2022s2",
    "/rounds/new/",
    "/petitions/?batch=2022s2",
    "/petitions/new/",
    "/programmes/",
    "/workbooks/?batch=2022s2",
    "/workbooks/?form=summary&asof=2023-10-31",
    "/workbooks/?form=assessment",
    "/imports/",
    "/exports/",
    "/notifications/",
    "/account/notifications/",
    "/accounts/password/",
    "/nothing-here/",
]


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_an_accessibility_violation_or_scrolls_sideways(visit, axe, width):
    page = visit("office", viewport={"width": width, "height": 900 if width > 800 else 844})
    found = {}
    for address in PAGES:
        page.goto(address)
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        results = axe.run(page, options=rules)
        violations = [
            (one["id"], [node["html"][:120] for node in one["nodes"][:2]])
            for one in results.response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if violations or wide > 0:
            found[address] = (violations, wide)
    assert found == {}


def test_the_login_page_has_no_accessibility_violation(chromium, site, axe):
    page = chromium.new_page(base_url=site.address)
    page.goto("/")
    assert axe.run(page).response["violations"] == []
    page.close()
