"""No template needs what the content policy forbids; the plain pages need nothing at all."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

ROOT = settings.BASE_DIR / "tracker" / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
PLAIN = ["400", "403", "403_csrf", "404", "413", "429", "500", "503"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_inline_that_the_content_policy_forbids(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", text)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PLAIN)
def test_a_page_for_what_went_wrong_needs_no_context(name, language):
    with translation.override(language):
        page = render_to_string(f"{name}.html")

    assert page.count("<h1>") == 1
    assert f'lang="{"zh-CN" if language == "zh-hans" else "en"}"' in page


def test_the_number_of_an_incident_comes_last():
    with translation.override("en"):
        page = render_to_string("500.html", {"incident": "<7f3a>"})

    assert page.index("&lt;7f3a&gt;") > page.index("Back to the overview")
