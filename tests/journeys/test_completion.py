"""One more task done: the figures of its day and of the day before, on the page and the command."""

import json


def figures(site, day):
    found = site.manage("figures", "--inspection", "2022s2", "--as-of", day, "--format", "json")
    return json.loads(found)


def test_the_demonstration_says_what_was_published(visit, site):
    found = figures(site, "2023-10-31")
    assert found["total"] == 43
    assert found["completed"] == 32
    assert found["on_schedule"] + found["behind"] + found["overdue"] == 11
    assert found["completion_rate"] == 0.7442
    assert found["petitions"]["total"] == found["petitions"]["closed"] == 259

    page = visit("leader")
    page.goto("/?batch=2022s2&asof=2023-10-31")
    sentence = " ".join(page.inner_text("main .hero p.h").split())
    for words in ("截至2023年10月31日", "43", "32", "11", "74.4%", "259"):
        assert words.replace(" ", "") in sentence.replace(" ", "")


def test_a_back_dated_completion_changes_its_day_and_not_the_day_before(visit, site):
    before = figures(site, "2023-10-30")
    assert (before["total"], before["completed"]) == (43, 32)
    page = visit("office")
    address = "/tasks/2022s2-27/"  # under way then, and still
    page.goto(address)
    page.click("a[href*='/complete/']:visible >> nth=0")
    page.fill("[name=on]", "2023-10-31")
    page.click("main button.btn-p")
    page.wait_for_url(f"**{address}")
    assert "补录" in page.inner_text("main")
    after = figures(site, "2023-10-31")
    assert (after["completed"], after["total"] - after["completed"]) == (33, 10)
    assert figures(site, "2023-10-30") == before
