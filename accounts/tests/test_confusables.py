from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from accounts.models import User
from accounts.testing import PASSWORD, client_of
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

LOOK_ALIKES = {
    "cyrillic": "\u0430nn",
    "greek": "\u03b1nn",
    "full width": "\uff41\uff4e\uff4e",
    "mathematical": "\U0001d41ann",
    "kelvin": "\u212aim",
    "dotless i": "k\u0131m",
    "long s": "\u017fam",
    "zero width space": "a\u200bnn",
    "zero width joiner": "ann\u200d",
    "soft hyphen": "a\u00adnn",
    "right to left": "\u202eann",
    "combining": "ann\u0301",
    "no-break space": "ann\u00a0",
    "tag": "ann\U000e0041",
    "line feed": "ann\n",
    "arabic digits": "ann\u0661",
}


def register(username: str, **fields: Any) -> Any:
    body = {"username": username, "email": "new@example.org", "password": PASSWORD, **fields}
    return ApiClient().send("/api/auth/register", body)


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_t20_a_name_that_only_looks_like_another_is_refused(ann: User, kind: str) -> None:
    answer = register(LOOK_ALIKES[kind])
    # A line feed or a no-break space at the end is trimmed like any blank, and then the name is taken.
    expected = {(400, "invalid_username"), (409, "username_taken")}
    assert (answer.status_code, code_of(answer)) in expected
    assert User.objects.count() == 1


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_t20_a_look_alike_names_nobody_in_a_path(ann: User, api: ApiClient, kind: str) -> None:
    assert api.read(f"/api/users/@{quote(LOOK_ALIKES[kind])}").status_code == 404


@pytest.mark.parametrize(
    "kind", [kind for kind in LOOK_ALIKES if kind not in {"line feed", "no-break space"}]
)
def test_t20_a_look_alike_signs_nobody_in(ann: User, api: ApiClient, kind: str) -> None:
    body = {"username": LOOK_ALIKES[kind], "password": PASSWORD}
    assert api.send("/api/auth/login", body).status_code == 401


@given(st.text(min_size=1, max_size=40))
@bounds(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_t20_no_text_registers_but_plain_ascii(settings: Any, username: str) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    answer = register(username, email=f"p{User.objects.count()}@example.org")
    if answer.status_code == 201:
        name = answer.json()["user"]["username"]
        assert name == username.strip().lower()
        assert name.isascii()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert answer.status_code in {201, 400, 409}


@pytest.mark.parametrize(
    "name", ["admin", "ADMIN", "adm1n", "_root_", "r00t", "me", "api", "support"]
)
def test_t20_reserved_words_and_their_look_alikes_are_refused(name: str) -> None:
    answer = register(name)
    assert answer.status_code == 400
    assert code_of(answer) in {"reserved_username", "invalid_username"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("\u202eann", "ann"),
        ("a\u200bn\u2066n\u2069", "ann"),
        ("  A \t B\u00a0C ", "A B C"),
        ("Åsa", "Åsa"),
        ("A\u030asa", "Åsa"),
        ("李小龍", "李小龍"),
    ],
)
def test_t20_a_display_name_loses_what_cannot_be_seen(ann: User, sent: str, kept: str) -> None:
    assert register("other", display_name=sent).json()["user"]["display_name"] == kept
    edited = client_of(ann).set("/api/users/me", {"display_name": sent})
    assert edited.json()["display_name"] == kept


@pytest.mark.parametrize("name", ["\u200b\u200c", "\u3164", "\u2800", "x" * 51, "\u202e", "\u0301"])
def test_t20_a_display_name_that_is_blank_or_too_long_is_refused(ann: User, name: str) -> None:
    answer = client_of(ann).set("/api/users/me", {"display_name": name})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_display_name")
