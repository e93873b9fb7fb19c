from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.events import PersonEffect
from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of, token_client_of
from moderation.actions import verb_of, write_audit
from moderation.models import AuditEntry
from moderation.triggers import install_triggers, remove_triggers
from socialsite.lib import effects
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.testing.client import ApiClient, code_of

AUDIT = "/api/v1/moderation/audit"


def trail(client: ApiClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.call("GET", f"{AUDIT}?{'&'.join(f'{k}={v}' for k, v in query.items())}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_b40_every_write_leaves_a_row_with_its_credential_and_request(cast: Cast) -> None:
    token = token_client_of(cast.charlie, "write")
    answer = token.send(f"/api/users/{cast.bob.pk}/follow", {})
    row = AuditEntry.objects.get(verb="followed", actor_id=cast.charlie.pk)
    assert answer.status_code == 200
    assert row.target_id == cast.bob.pk
    assert row.credential == f"token:{cast.charlie.api_tokens.get().pk}"
    assert row.request_id == answer.headers["X-Request-Id"]


def test_b40_a_sign_in_names_its_session_as_the_credential(cast: Cast, charlie: ApiClient) -> None:
    charlie.set(f"/api/users/{cast.bob.pk}/mute", {})
    row = AuditEntry.objects.get(verb="muted")
    assert row.credential == f"session:{cast.charlie.sessions.get().pk}"


def test_b40_a_refused_write_leaves_no_row(cast: Cast, mallory: ApiClient) -> None:
    before = AuditEntry.objects.count()
    assert mallory.send(f"/api/users/{cast.alice.pk}/follow", {}).status_code == 404
    assert AuditEntry.objects.count() == before


def test_b40_the_other_ids_of_an_effect_are_strings_in_its_detail(cast: Cast) -> None:
    row = AuditEntry.objects.get(verb="connection_accepted")
    assert (row.actor_id, row.target_id) == (cast.alice.pk, cast.carol.pk)
    assert set(row.detail) == {"connection_id"}
    assert row.detail["connection_id"].isdigit()


@dataclass(frozen=True, kw_only=True)
class Painted(PersonEffect):
    tool_id: int
    is_dry: bool
    colour: str
    role: User.Role


def test_b40_no_free_text_of_an_effect_reaches_the_trail(db: None) -> None:
    effect = Painted(
        actor_id=1, target_id=2, tool_id=3, is_dry=True, colour="blue", role=User.Role.ADMIN
    )
    write_audit(effect)
    row = AuditEntry.objects.get()
    assert (row.actor_id, row.verb, row.target_id) == (1, "painted", 2)
    assert row.detail == {"tool_id": "3", "is_dry": True, "role": "admin"}


def test_b40_every_effect_of_the_site_has_a_verb_that_fits() -> None:
    kinds = [effects.Effect]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    assert len({verb_of(kind) for kind in kinds}) == len(kinds)
    assert max(len(verb_of(kind)) for kind in kinds) <= 60


@pytest.mark.parametrize("change", ["update", "delete", "save"])
def test_b40_the_database_refuses_to_change_or_delete_a_row(cast: Cast, change: str) -> None:
    row = AuditEntry.objects.filter(verb="followed").first()
    assert row is not None
    doing = {
        "update": lambda: AuditEntry.objects.filter(pk=row.pk).update(verb="x"),
        "delete": lambda: AuditEntry.objects.filter(pk=row.pk).delete(),
        "save": row.save,
    }
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        doing[change]()
    assert AuditEntry.objects.filter(pk=row.pk, verb="followed").exists()


def test_b40_without_the_triggers_a_row_can_be_changed(cast: Cast) -> None:
    remove_triggers(connection)
    assert AuditEntry.objects.filter(verb="followed").update(verb="x")
    install_triggers(connection)


def test_b40_moderators_read_the_trail_newest_first(cast: Cast, moderator: ApiClient) -> None:
    rows = trail(moderator, limit=100)
    ids = [int(row["id"]) for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert {"followed", "blocked", "connection_requested"} <= {row["verb"] for row in rows}


def test_b40_the_trail_is_filtered_by_actor_verb_and_target(
    cast: Cast, moderator: ApiClient
) -> None:
    by_actor = trail(moderator, actor=cast.bob.pk)
    assert {row["actor_id"] for row in by_actor} == {str(cast.bob.pk)}
    by_both = trail(moderator, verb="followed", target=cast.bob.pk)
    assert [row["actor_id"] for row in by_both] == [str(cast.alice.pk)]


def test_b40_the_trail_is_filtered_by_time(cast: Cast, moderator: ApiClient) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    assert trail(moderator, after=rfc3339(now - hour), before=rfc3339(now + hour))
    assert trail(moderator, after=rfc3339(now + hour)) == []
    assert trail(moderator, before="2025-01-01") == []
    assert trail(moderator, before="1999-01-01") == []
    assert trail(moderator, after="9000-01-01") == []


def test_b40_an_unknown_filter_or_value_is_refused(moderator: ApiClient) -> None:
    for query, code in (("who=1", "unknown_field"), ("actor=x", "invalid"), ("after=x", "invalid")):
        answer = moderator.read(f"{AUDIT}?{query}")
        assert (answer.status_code, code_of(answer)) == (400, code)


def test_b40_the_trail_is_for_moderators_and_tokens_that_moderate(
    cast: Cast, alice: ApiClient, api: ApiClient
) -> None:
    analyst = client_of(UserFactory.create(role="analyst"))
    assert api.read(AUDIT).status_code == 401
    assert code_of(alice.read(AUDIT)) == code_of(analyst.read(AUDIT)) == "permission_denied"
    reader = token_client_of(cast.moderator, "read", "write")
    assert code_of(reader.read(AUDIT)) == "insufficient_scope"
    assert token_client_of(cast.moderator, "moderate").read(AUDIT).status_code == 200


def test_b40_the_trail_costs_the_same_for_any_number_of_rows(
    cast: Cast, moderator: ApiClient, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        assert len(trail(moderator, limit=100)) > 5


def test_m70_mutes_are_kept_in_the_trail_and_not_read(cast: Cast, moderator: ApiClient) -> None:
    cast.client(cast.alice).set(f"/api/users/{cast.bob.pk}/mute")
    assert AuditEntry.objects.filter(verb="muted").exists()
    for query in ("", "?verb=muted"):
        trail = moderator.read(f"/api/v1/moderation/audit{query}").json()["results"]
        assert "muted" not in {entry["verb"] for entry in trail}
