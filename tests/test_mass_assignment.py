from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as site
from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.models import Session, User
from socialsite.lib.api.serializers import Body
from socialsite.lib.testing.matrix import fill, fill_body, operations
from tests.access import ROWS
from tests.bodies import BODIES
from tests.world import World

INVENTED = {
    "is_staff",
    "is_superuser",
    "is_admin",
    "user",
    "like_count",
    "__class__",
    "pk",
    "owner",
}
COLUMNS = {
    name
    for model in apps.get_models()
    if model._meta.app_config.name in site.OUR_APPS
    for field in model._meta.concrete_fields
    for name in (field.name, field.attname)
}
WRITES = {row.operation: row for row in reversed(ROWS) if row.method != "GET"}
PERSON = [field.name for field in User._meta.concrete_fields]


def known_fields(operation: str) -> set[str]:
    view = dict(operations())[operation]
    method = getattr(view.cls, view.actions[operation.partition(" ")[0].lower()])
    return set((method.operation.body or Body)().fields)


def foreign_to(operation: str) -> list[str]:
    return sorted((COLUMNS | INVENTED) - known_fields(operation))


def test_t5_columns_that_are_no_fields_of_the_body_are_refused_by_name(world: World) -> None:
    # Confirmed, so that nothing but the body is wrong.
    Session.objects.update(confirmed_at=timezone.now())
    before = state_of()
    for operation, row in WRITES.items():
        foreign = foreign_to(operation)
        places = world.places_of(row.state)
        body = fill_body(BODIES.get(operation) or {}, places) | dict.fromkeys(foreign, "1")
        caller = "admin" if "moderation" in operation else world.name_of("owner", row.state)
        answer = world.clients[caller].call(row.method, fill(row.path, places), body)
        errors = answer.json()["errors"]
        refused = {e["attr"] for e in errors if e["code"] == "unknown_field"}
        assert (answer.status_code, refused) == (400, set(foreign)), operation
    assert state_of() == before


@pytest.mark.once
def test_t5_one_column_at_a_time_changes_nobody(world: World) -> None:
    before = state_of()
    for operation in ("PUT /api/users/<user>", "PUT /api/v1/users/me", "PUT /api/settings"):
        row = WRITES[operation]
        for name in foreign_to(operation):
            for value in (True, 1, "x", None):
                path = fill(row.path, world.places_of(row.state))
                answer = world.clients["owner:public"].set(path, {name: value})
                assert answer.status_code == 400, (operation, name, value)
    assert state_of() == before


def state_of() -> list[dict[str, Any]]:
    """Return every column of everybody, but when they were last here."""
    rows = User.objects.order_by("pk")
    return [model_to_dict(user, PERSON) | {"last_active_at": None} for user in rows]
