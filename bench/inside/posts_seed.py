"""Fill a database with posts: `python -m bench.inside.posts_seed POSTS`; prints who calls for what as JSON."""

import json
import os
import random
import sys
from datetime import timedelta
from typing import Any

from bench.inside.seed import PEERS_TABLES, copy_for_peers  # first: it sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q

from accounts import secrets
from accounts.actions.sessions import Origin, open_session
from accounts.models import AudienceMember, Mute, User
from bench.inside.notices_seed import add_notifications
from engagement.models import Bookmark, Comment, Reaction, Share
from notifications.models import Notification
from posts.models import Post

VIEWERS, PAIRS = 64, 2048
TABLES = PEERS_TABLES | {
    model._meta.db_table
    for model in (AudienceMember, Bookmark, Comment, Mute, Notification, Post, Reaction, Share)
}


def main(number: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with open(os.devnull, "w") as nowhere:
        call_command("seed_demo", posts=number, force=True, stdout=nowhere)
    # The run is longer than the life of an access token.
    secrets.ACCESS_LIFETIME = timedelta(days=1)
    dice = random.Random(1)
    viewers = dice.sample(list(User.objects.filter(following_count__gt=20)), VIEWERS)
    add_notifications(viewers, dice)
    opened = [open_session(actor=u, origin=Origin("127.0.0.1"), is_first=True) for u in viewers]
    if connection.vendor == "sqlite":
        copy_for_peers(TABLES)
    found = {"viewers": [{"token": o.access_token, "secret": o.cookie} for o in opened]}
    print(json.dumps(found | pairs(viewers, dice)))


def pairs(viewers: list[User], dice: random.Random) -> dict[str, Any]:
    """Return which posts each viewer may ask for, and whose pages: those of people with more than one page."""
    found: dict[str, list[tuple[int, str]]] = {"pairs": [], "open_pairs": []}
    written = list(Post.objects.exclude(post_type="share").values_list("pk", flat=True))
    public = Count("posts", filter=Q(posts__visibility="public"))
    authors = User.objects.filter(private_account=False).alias(public=public)
    known = list(authors.filter(public__gt=25).values_list("pk", flat=True))
    for number, viewer in enumerate(viewers):
        drawn = dice.sample(written, PAIRS // VIEWERS)
        seen = Post.objects.visible_to(viewer).filter(pk__in=drawn).values_list("pk", flat=True)
        found["pairs"] += [(number, str(pk)) for pk in sorted(seen)]
        found["open_pairs"] += [(number, str(pk)) for pk in dice.sample(known, PAIRS // VIEWERS)]
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
