"""Why a moderator took an action back."""

from typing import Any

import pytest

from accounts.testing import Cast, console_of
from moderation.models import Action, AuditEntry
from moderation.tests.things import ACTIONS, MINE, act, again, write
from socialsite.lib.testing.client import ApiClient

WHY = "The other moderator read it in haste."


@pytest.mark.parametrize("body", [{}, {"note": ""}, {"note": f" {WHY} "}])
def test_b11_an_undo_may_say_why(cast: Cast, moderator: ApiClient, body: dict[str, str]) -> None:
    done = act(moderator, write(cast.bob), "hide").json()
    answer = moderator.send(f"{ACTIONS}/{done['id']}/undo", body)
    assert answer.status_code == 200
    assert answer.json()["undo_note"] == body.get("note", "").strip()
    entry = AuditEntry.objects.filter(verb="action_undone").latest("pk")
    assert (entry.actor_id, Action.objects.get().undone_by_id) == (cast.moderator.pk,) * 2
    assert WHY not in str(vars(entry))


@pytest.mark.parametrize("body", [{"note": "x" * 2001}, {"note": ["x"]}, {"reason": "x"}])
def test_b11_a_note_is_a_text_of_some_length(
    cast: Cast, moderator: ApiClient, body: dict[str, Any]
) -> None:
    done = act(moderator, write(cast.bob), "hide").json()
    assert moderator.send(f"{ACTIONS}/{done['id']}/undo", body).status_code == 400
    assert Action.objects.get().is_live


def test_b13_the_affected_person_is_not_told_why_it_was_undone(
    cast: Cast, moderator: ApiClient, bob: ApiClient
) -> None:
    done = act(moderator, write(cast.bob), "hide").json()
    moderator.send(f"{ACTIONS}/{done['id']}/undo", {"note": WHY})
    assert WHY not in bob.read(MINE).content.decode()


def test_b11_the_console_asks_why(cast: Cast, moderator: ApiClient) -> None:
    thing, browser = write(cast.bob), console_of(cast.moderator)
    done = [act(moderator, what, kind).json()["id"] for what, kind in ((thing, "hide"), (thing, "delete"), (cast.bob, "suspend"))]  # fmt: skip
    pages = (
        f"posts/post/{thing.pk}/act/undo-hide/",
        f"moderation/action/{done[1]}/act/undo/",
        f"accounts/user/{cast.bob.pk}/act/lift-suspension/",
    )
    for page in pages:
        assert "Reason, for other moderators" in browser.get(f"/admin/{page}").content.decode()
        assert browser.post(f"/admin/{page}", {"note": WHY}).status_code == 302
    assert set(Action.objects.values_list("undo_note", flat=True)) == {WHY}
    assert again(thing).hidden_by is None
    assert WHY in browser.get(f"/admin/moderation/action/{done[0]}/change/").content.decode()
