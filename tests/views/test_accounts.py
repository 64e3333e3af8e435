"""Coming in, staying in, and going out."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.timezone import now

from tests import factories
from tracker.choices import Role

PASSWORD = "correct-horse-battery"


@pytest.fixture
def person(city):
    user = factories.make_user(Role.OFFICE, city, "li.ming")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, username="li.ming", password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": username, "password": password}, **extra)


def test_a_stranger_is_sent_to_the_login_page(db, client):
    response = client.get("/tasks/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/tasks/"


def test_logging_in_leads_to_the_page_that_was_asked_for(person, client):
    response = client.post(
        "/accounts/login/?next=/tasks/", {"login": "li.ming", "password": PASSWORD}
    )
    assert response["Location"] == "/tasks/"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_logging_in_never_leads_to_another_site(person, client, address):
    response = client.post(
        "/accounts/login/", {"login": "li.ming", "password": PASSWORD, "next": address}
    )
    assert response["Location"] == "/"


def test_after_five_failures_the_right_password_does_not_get_in(person):
    for _attempt in range(5):
        assert log_in(Client(), password="wrong-wrong-wrong").status_code == 200
    response = log_in(Client())
    assert response.status_code in (200, 429)
    assert Client().get("/tasks/").status_code == 302
    assert not Session.objects.exists()


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(person):
    unknown = log_in(Client(), username="nobody")
    wrong = log_in(Client(), password="wrong-wrong-wrong")
    assert unknown.status_code == wrong.status_code
    assert unknown.context["form"].non_field_errors() == wrong.context["form"].non_field_errors()


def test_nobody_signs_up(db, client):
    assert client.get("/accounts/signup/").status_code in (302, 404)


def test_a_password_set_by_somebody_else_opens_only_the_page_to_change_it(person, client):
    person.must_change_password = True
    person.save()
    log_in(client)
    for address in ("/", "/tasks/", "/units/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"] == "/accounts/password/"
    assert client.get("/accounts/password/").status_code == 200

    new = "a-new-and-longer-one"
    response = client.post(
        "/accounts/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response["Location"] == "/"
    assert client.get("/tasks/").status_code == 200


@pytest.mark.parametrize("weak", ["short", "123456789012345", "password12345", "li.ming.1234"])
def test_a_weak_password_is_refused_in_words(person, client, weak):
    log_in(client)
    response = client.post(
        "/accounts/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200
    assert response.context["form"].errors


def test_nobody_is_addressed_as_you_while_changing_a_password(person, client):
    log_in(client)
    said = [client.get("/accounts/password/").text]
    for weak in ("short", "123456789012345", "password12345", "li.ming.1234"):
        sent = {"oldpassword": "wrong", "password1": weak, "password2": "another"}
        said.append(client.post("/accounts/password/", sent).text)
    for page in said:
        assert 'lang="zh-CN"' in page
        assert not {"你", "您"} & set(page)


def test_what_a_password_must_be_is_said_in_words_of_our_own(person, client):
    log_in(client, headers={"accept-language": "en"})
    page = client.get("/accounts/password/", headers={"accept-language": "en"}).text
    for words in (
        "At least 12 characters.",
        "Unlike the user name, the name and the e-mail address.",
        "Not a password that many people use.",
        "Not digits alone.",
    ):
        assert words in page


def test_a_password_is_not_like_the_name_of_the_person(person):
    person.name = "Wang Xiaoming"
    with pytest.raises(ValidationError) as refusal:
        validate_password("wang-xiaoming1", person)
    [error] = refusal.value.error_list
    assert error.code == "password_too_similar"


def test_a_deactivated_persons_open_session_opens_nothing(person, client):
    log_in(client)
    person.is_active = False
    person.save()
    assert client.get("/tasks/").status_code == 302


def test_logging_out_ends_the_session_on_the_server(person, client):
    log_in(client)
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie
    assert client.get("/tasks/").status_code == 302


def test_a_session_ends_after_half_an_hour_without_a_request(person):
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = Client()
        log_in(client)
        for _step in range(4):
            clock.shift(timedelta(minutes=20))
            assert client.get("/tasks/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/tasks/").status_code == 302


def test_a_session_ends_twelve_hours_after_it_began(person):
    with time_machine.travel(now(), tick=False) as clock:
        client = Client()
        log_in(client)
        client.get("/tasks/")
        for _step in range(37):
            clock.shift(timedelta(minutes=20))
            client.get("/tasks/")
        assert client.get("/tasks/").status_code == 302


def test_pages_of_a_signed_in_person_are_kept_by_no_cache(person, client):
    log_in(client)
    assert client.get("/tasks/")["Cache-Control"] == "private, no-store"


def test_the_language_is_switched_and_kept(person, client):
    log_in(client)
    client.post("/i18n/setlang/", {"language": "en", "next": "/tasks/"})
    assert 'lang="en"' in client.get("/tasks/").content.decode()
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/tasks/"})
    assert 'lang="zh-CN"' in client.get("/tasks/").content.decode()


def test_health_is_told_without_a_login(db, client):
    assert client.get("/livez").content == b"ok"
    assert client.get("/readyz").content == b"ok"


def test_a_closed_account_is_told_so_and_stays_out(person, client):
    person.is_active = False
    person.save()
    response = log_in(client, headers={"accept-language": "en"})
    assert response["Location"] == "/accounts/login/"
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert b"This account is closed. Please ask the administrator." in page.content
    assert client.get("/tasks/").status_code == 302


def test_the_password_set_by_somebody_else_is_not_kept(person, client):
    person.must_change_password = True
    person.save()
    log_in(client)
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/password/", same)
    assert response.context["form"].errors["password1"]
    person.refresh_from_db()
    assert person.must_change_password
