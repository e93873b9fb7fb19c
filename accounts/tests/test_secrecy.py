"""What is given out once is found nowhere else: not in the database, not in the logs."""

from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.db import connection

from accounts.models import User
from accounts.secrets import make_secret
from accounts.testing import PASSWORD
from accounts.tests.browser import Browser
from accounts.tests.mailbox import Mailbox
from socialsite.lib.testing.client import ApiClient

NEW = "another horse battery"
KEY = "a-key-nobody-shares"


def full_session(browser: Browser, mailbox: Mailbox) -> dict[str, str]:
    """Use every part of sign-in, and return the secrets that were given out or typed in."""
    body = {"username": "kim", "email": "kim@example.org", "password": PASSWORD}
    first = browser.send("/api/auth/register", body, Idempotency_Key=KEY).json()
    found = {"first access": first["access_token"], "first refresh": first["refresh_token"]}
    found |= {"cookie": browser.secret, "device": browser.cookies["device"].value}
    found["check"] = mailbox()[-1].token
    browser.send("/api/auth/verify-email", {"token": found["check"]}, Idempotency_Key=KEY)
    pair = browser.send("/api/auth/token/refresh", {"refresh_token": found["first refresh"]}).json()
    found |= {"access": pair["access_token"], "refresh": pair["refresh_token"]}
    browser.send("/api/auth/password/forgot", {"email": body["email"]}, Idempotency_Key=KEY)
    found["reset"] = mailbox()[-1].token
    browser.push("/api/auth/confirm", {"password": PASSWORD})
    made = browser.push("/api/auth/tokens", {"name": "bot", "scopes": ["read"]}).json()
    found["pat"] = made["token"]
    ApiClient(made["token"]).read("/api/auth/user")
    return (
        found
        | second_factor(browser)
        | {"password": PASSWORD, "csrf": browser.cookies["csrftoken"].value}
    )


def second_factor(browser: Browser) -> dict[str, str]:
    secret = browser.push("/api/auth/mfa").json()["secret"]
    code = pyotp.TOTP(secret).now()
    codes = browser.push("/api/auth/mfa", {"code": code}).json()["recovery_codes"]
    token = Browser().sign_in("kim").json()["mfa_token"]
    Browser().send("/api/auth/mfa/verify", {"mfa_token": token, "code": "000000"})
    Browser().send("/api/auth/mfa/verify", {"mfa_token": token, "code": codes[0]})
    Browser().send("/api/auth/token/revoke", {"refresh_token": make_secret("rt_")})
    return {"totp": secret, "mfa": token} | {f"code {n}": text for n, text in enumerate(codes)}


def stored() -> str:
    """Return all rows of all tables, and the files of SQLite with what the rows were before."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            parts += [f"{table}: {row!r}" for row in cursor.fetchall()]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = [Path(name), Path(f"{name}-wal"), Path(f"{name}-journal")]
        parts += [file.read_bytes().decode("latin-1") for file in files if file.is_file()]
    return "\n".join(parts)


@pytest.mark.django_db(transaction=True)
def test_t18_nothing_that_was_issued_stands_in_the_database(
    browser: Browser, mailbox: Mailbox
) -> None:
    secrets = full_session(browser, mailbox)
    # An authenticator's secret has to be known again at every sign-in: no hash of it would do.
    totp = secrets.pop("totp")
    dump = stored()
    assert "kim@example.org" in dump
    assert [name for name, secret in secrets.items() if secret in dump] == []
    assert totp not in "".join(line for line in dump.split("\n") if line.startswith("django"))


@pytest.mark.django_db
def test_t19_logs_of_a_full_session_hold_no_secret(
    browser: Browser, mailbox: Mailbox, caplog: Any, capfd: Any
) -> None:
    secrets = full_session(browser, mailbox)
    logged = caplog.text + str([vars(record) for record in caplog.records]) + capfd.readouterr().err
    assert logged.count('"route":"api/auth/') >= 15
    assert [name for name, secret in secrets.items() if secret in logged] == []
    assert "kim@example.org" not in logged


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["sign_in.open_session", "sign_in.is_password_of"])
def test_t19_a_failure_in_the_middle_of_a_sign_in_tells_no_secret(
    ann: User, monkeypatch: pytest.MonkeyPatch, caplog: Any, capfd: Any, broken: str
) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"accounts.actions.{broken}", fail)
    browser = Browser(raise_request_exception=False)
    answer = browser.sign_in()
    logged = caplog.text + str([vars(record) for record in caplog.records]) + capfd.readouterr().err
    assert answer.status_code == 500
    assert "ZeroDivisionError" in logged
    assert PASSWORD not in logged + answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["path", "query", "user_agent", "request_id"])
def test_t19_a_secret_in_the_wrong_place_is_not_logged(
    ann: User, caplog: Any, capfd: Any, place: str
) -> None:
    secret = make_secret("pat_")
    api = ApiClient()
    if place == "path":
        api.read(f"/api/auth/user/{secret}")
    elif place == "query":
        assert api.read(f"/api/auth/user?token={secret}").status_code in {400, 401}
    elif place == "user_agent":
        api.send("/api/auth/login", {"username": "x", "password": "y"}, User_Agent=secret)
    else:
        api.read("/api/auth/user", X_Request_Id=f"{secret}\r\nforged: line")
    logged = caplog.text + capfd.readouterr().err
    assert secret not in logged
    assert "forged" not in logged
