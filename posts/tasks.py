"""Emptying the trash."""

from posts.actions.trash import purge_old_posts
from socialsite.lib.tasks import periodic


@periodic("posts.purge_old_posts", every=3600)
def purge() -> None:
    """Forget what was deleted more than thirty days ago."""
    purge_old_posts()
