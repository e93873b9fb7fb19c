"""Following tags."""

from django.db import transaction

from accounts.actions.pairs import lock_pair
from accounts.models import User
from engagement.actions.texts import ids_of_tags
from engagement.events import TagFollowed, TagUnfollowed
from engagement.models import TagFollow
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict
from socialsite.lib.rows import insert_once

MAX_FOLLOWED = 1000


@transaction.atomic
def follow_tag(*, actor: User, tag: str) -> None:
    """Follow a tag, folded already, also one that nobody used yet; twice changes nothing. Raises Conflict at MAX_FOLLOWED."""
    lock_pair(actor, actor)
    [tag_id] = ids_of_tags([tag])
    rows = TagFollow.objects.visible_to(actor)
    if rows.filter(tag=tag_id).exists():
        return
    if rows.count() >= MAX_FOLLOWED:
        raise Conflict("conflict", f"Follow at most {MAX_FOLLOWED} tags.")
    if insert_once(TagFollow, user=actor, tag_id=tag_id):
        emit(TagFollowed(actor_id=actor.pk, tag_id=tag_id))


@transaction.atomic
def unfollow_tag(*, actor: User, tag: str) -> None:
    """Follow a tag no longer; twice changes nothing."""
    lock_pair(actor, actor)
    row = TagFollow.objects.visible_to(actor).filter(tag__tag=tag).first()
    if row is not None:
        row.delete()
        emit(TagUnfollowed(actor_id=actor.pk, tag_id=row.tag_id))
