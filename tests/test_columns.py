from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, connection, models, transaction

from accounts.models import User
from accounts.testing import UserFactory

TEXTS = (models.CharField, models.TextField)
OWN_WORDS = {"lib.PeriodicJob.last_error", "lib.LimitWindow.slots"}
"""What the site alone writes: the text of a failure, cut where it is stored, and the counts of a limit"""


def text_columns() -> list[Any]:
    """Return every text column of the site's own tables."""
    own = [m for m in apps.get_models() if m._meta.app_config.name in settings.OUR_APPS]
    return [
        field
        for model in own
        for field in model._meta.local_concrete_fields
        if isinstance(field, TEXTS) and not field.choices
    ]


def named(field: Any) -> str:
    return f"{field.model._meta.label}.{field.name}"


HASHES = {
    "accounts.ApiToken.token_hash", "accounts.KnownDevice.fingerprint", "accounts.RecoveryCode.code_hash",
    "accounts.RefreshToken.token_hash", "accounts.SecondFactor.secret", "accounts.Session.key_hash",
    "accounts.Ticket.secret_hash", "accounts.User.password",
}  # fmt: skip
"""Digests and ciphers: their length is the algorithm's, whatever is sent"""


@pytest.mark.parametrize("field", text_columns(), ids=named)
def test_t26_every_text_is_bounded_in_the_model(field: Any) -> None:
    assert field.max_length or named(field) in OWN_WORDS


def is_bounded_by_a_check(field: Any) -> bool:
    wanted = f"{field.name}__length__lte"
    checks = [c for c in field.model._meta.constraints if isinstance(c, models.CheckConstraint)]
    conditions: list[Any] = [check.condition for check in checks]
    return any(wanted == name for c in conditions for name, _ in pairs_of(c))


def pairs_of(condition: Any) -> list[tuple[str, Any]]:
    return [child for child in getattr(condition, "children", ()) if isinstance(child, tuple)]


@pytest.mark.parametrize("field", text_columns(), ids=named)
def test_t26_every_text_that_people_write_is_bounded_in_the_database(field: Any) -> None:
    if named(field) in HASHES or field.model._meta.app_label == "lib":
        return
    assert is_bounded_by_a_check(field), "a check constraint is missing: lib.rows.bounded"


@pytest.mark.django_db
@pytest.mark.parametrize("field", [f for f in text_columns() if f.model is User], ids=named)
def test_t26_the_database_refuses_what_is_too_long(field: Any) -> None:
    user: Any = UserFactory()
    table, column = User._meta.db_table, field.column
    statement = f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s'
    too_long = "a" * (field.max_length + 1)
    if named(field) in HASHES:
        return
    with (
        pytest.raises((IntegrityError, DataError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [too_long, user.pk])
