"""The style sheet and the script keep to what old browsers and slow lines can bear."""

import gzip
import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "tracker" / "static"
THEME = (STATIC / "tracker" / "theme.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", THEME, flags=re.DOTALL)


def compressed(*names):
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


@pytest.mark.parametrize(
    "construct",
    [
        ":has(",
        ":is(",
        ":where(",
        "inset:",
        "aspect-ratio",
        "color-mix",
        "@layer",
        "@container",
        "&",
    ],
)
def test_the_theme_uses_nothing_that_chromium_86_does_not_know(construct):
    assert construct not in RULES


def test_the_theme_loads_nothing():
    assert "url(" not in RULES
    assert "@import" not in RULES


def test_every_brace_of_the_theme_is_closed():
    depth = 0
    for character in RULES:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert 0 <= depth <= 2
    assert depth == 0


def test_a_first_visit_stays_within_the_budget():
    bootstrap, htmx = "vendor/bootstrap-5.3.8/bootstrap.min.css", "vendor/htmx-2.0.11/htmx.min.js"

    assert compressed(bootstrap, "tracker/theme.css") <= 45 * 1024
    assert compressed(htmx, "tracker/app.js") <= 50 * 1024
    assert (STATIC / "tracker" / "app.js").stat().st_size < 8 * 1024
