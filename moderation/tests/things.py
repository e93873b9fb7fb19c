"""Things to report and moderate: posts, which only the routes and the registry of the models know on this floor."""

from itertools import count
from typing import Any

from django.apps import apps

from accounts.models import User
from accounts.testing import client_of
from moderation.models import Report
from socialsite.lib.testing.client import ApiClient

REPORT, QUEUE = "/api/v1/moderation/report", "/api/v1/moderation/queue"
ACTIONS, MINE = "/api/v1/moderation/actions", "/api/v1/moderation/my-actions"
NOTE = "Sends the same link to everybody."
CAUSES = ("deleted_at", "hidden_by", "removed_by")
numbers = count(1)


def posts() -> Any:
    """Return the manager of posts."""
    return apps.get_model("posts", "Post")._default_manager


def write(author: User, text: str = "", **body: Any) -> Any:
    """Return a post that a person published."""
    content = text or f"Thing number {next(numbers)} to buy cheaply."
    answer = client_of(author).send("/api/posts", {"content": content, **body})
    assert answer.status_code == 201, answer.content
    return posts().get(pk=int(answer.json()["id"]))


def again(thing: Any) -> Any:
    return type(thing)._default_manager.get(pk=thing.pk)


def sees(user: User, thing: Any) -> bool:
    return bool(posts().visible_to(user).filter(pk=thing.pk).exists())


def report(client: ApiClient, thing: Any, reason: str = "spam", **more: Any) -> Any:
    return client.send(REPORT, {"target_id": str(thing.pk), "reason": reason, **more})


def review(client: ApiClient, thing: Any, *actions: str, headers: Any = None, **more: Any) -> Any:
    """Decide the latest case about a thing."""
    found = Report.objects.filter(target_id=thing.pk).latest("pk")
    path = f"/api/v1/moderation/reports/{found.pk}/review"
    return client.send(path, {"actions": list(actions), **more}, **(headers or {}))


def act(client: ApiClient, thing: Any, action: str, **more: Any) -> Any:
    body = {"target_id": str(thing.pk), "action": action, "note": NOTE, **more}
    return client.send(ACTIONS, body)


def undo(client: ApiClient, action: dict[str, Any]) -> Any:
    return client.send(f"{ACTIONS}/{action['id']}/undo")


def read_queue(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.read(f"{QUEUE}{query}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])
