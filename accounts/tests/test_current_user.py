import pytest

from accounts.actions.follows import follow_user
from accounts.models import Follow, User
from accounts.sections import ACCOUNT_SECTIONS
from accounts.testing import UserFactory, client_of, token_client_of
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

USER = "/api/auth/user"


def test_m22_anonymous_is_401_with_the_scheme_to_use(api: ApiClient) -> None:
    answer = api.read(USER)
    assert (answer.status_code, code_of(answer)) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_m22_the_three_counts_equal_the_rows(ann: User) -> None:
    bea, cyd = UserFactory.create(), UserFactory.create()
    for actor, target in ((ann, bea), (ann, cyd), (bea, ann)):
        follow_user(actor=actor, target=target)
    body = client_of(ann).read(USER).json()
    assert body["follower_count"] == Follow.objects.filter(followed=ann).count() == 1
    assert body["following_count"] == Follow.objects.filter(follower=ann).count() == 2
    assert body["post_count"] == 0


def test_m22_it_is_the_callers_own_view_without_secrets(ann: User) -> None:
    answer = client_of(ann).read(USER)
    body = answer.json()
    assert (body["username"], body["email"], body["role"]) == ("ann", "ann@example.org", "member")
    assert ann.password not in answer.content.decode()
    assert not [name for name in body if "password" in name or "hash" in name]


def test_m22_each_app_above_adds_its_section(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCOUNT_SECTIONS, "network", lambda user: {"connections": user.pk})
    assert client_of(ann).read(USER).json()["network"] == {"connections": ann.pk}


def test_m22_a_token_without_the_read_scope_is_403(ann: User) -> None:
    answer = token_client_of(ann, "write").read(USER)
    assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")


@pytest.mark.parametrize(
    "header",
    [
        "Basic YW5uOmNvcnJlY3Q=",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer pat_",
        "Bearer pat_' OR 1=1 --",
        "Bearer a.b.c",
        "Bearer \u00e9\u00e9",
        "Token abc",
        "",
        "Bearer " + "x" * 8000,
    ],
)
def test_m22_a_header_that_is_no_credential_is_401_not_anonymous(
    api: ApiClient, header: str
) -> None:
    for path in (USER, "/api/users/@nobody"):
        answer = api.read(path, Authorization=header)
        assert (answer.status_code, code_of(answer)) == (401, "authentication_failed")
