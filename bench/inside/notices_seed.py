"""Notifications for who calls: what a few hundred people did to their posts, and who follows them."""

import random

from accounts.models import User
from notifications.models import Notification
from posts.models import Post

EACH = 300


def add_notifications(viewers: list[User], dice: random.Random) -> None:
    """Tell each viewer of likes, shares and followers, half of them read."""
    people = list(User.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True)[:2000])
    for viewer in viewers:
        own = list(Post.objects.filter(author=viewer).values_list("pk", flat=True)[:50])
        rows = {}
        for number in range(EACH):
            actor = dice.choice(people)
            name = dice.choice(["like", "share", "follow"] if own else ["follow"])
            target = None if name == "follow" else dice.choice(own)
            key = f"{name}:{actor}:{target or ''}"
            if actor != viewer.pk:
                rows[key] = Notification(
                    recipient=viewer, type=name, actor_id=actor, target_id=target, dedup_key=key,
                    params={"thing": "post"} if target else {},
                    read_at=viewer.created_at if number % 2 else None,
                )  # fmt: skip
        Notification.objects.bulk_create(rows.values(), ignore_conflicts=True)
