"""How a person wants their feed: mode, weights, whom they want more or less of, and what they say of single posts."""

from typing import Any

from django.db import transaction

from accounts.actions.profiles import change_settings
from accounts.actions.versions import CheckVersion, any_version
from accounts.models import User
from posts.events import FeedbackGiven, FeedExplained, FeedPreferencesChanged
from posts.feeds.explaining import Explanation, explain
from posts.models import AuthorPriority, Feedback, FeedPreferences, Post
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, Invalid, NotFound
from socialsite.lib.rows import insert_once


@transaction.atomic
def set_feed_preferences(
    *,
    actor: User,
    check: CheckVersion,
    mode: str | None = None,
    weights: dict[str, float | None] | None = None,
    authors: dict[int, int] | None = None,
) -> None:
    """Change what is sent of how a person wants their feed: a weight of None is the default again, `authors` replaces their priorities.

    Raises PreconditionFailed, Invalid for a priority of one's own, NotFound for an author whom the person may not know of.
    """
    insert_once(FeedPreferences, user=actor, version=0)
    kept = FeedPreferences.objects.select_for_update().get(user=actor)
    check(kept.version)
    if authors:
        _check_authors(actor, authors)
    if mode is not None and mode != actor.feed_mode:
        change_settings(actor=actor, changes={"feed_mode": mode}, check=any_version)
    if weights is not None:
        merged = kept.weights | weights
        kept.weights = {name: weight for name, weight in merged.items() if weight is not None}
    if authors is not None:
        _replace_priorities(actor, authors)
    kept.version += 1
    kept.save(update_fields=["weights", "version", "updated_at"])
    emit(FeedPreferencesChanged(actor_id=actor.pk))


@transaction.atomic
def give_feedback(*, actor: User, post: Post, kind: str | None) -> None:
    """Say more or less like a post, or never show it again; None takes back what was said. Twice changes nothing."""
    said = Feedback.objects.filter(user=actor, target_id=post.pk)
    if kind is None:
        changed, _ = said.delete()
    else:
        is_new = insert_once(Feedback, user=actor, target_id=post.pk, kind=kind)
        changed = 1 if is_new else said.exclude(kind=kind).update(kind=kind)
    if changed:
        emit(FeedbackGiven(actor_id=actor.pk, post_id=post.pk))


def _check_authors(actor: User, authors: dict[int, int]) -> None:
    if actor.pk in authors:
        raise Invalid("self_target", "This is about other people.", "authors")
    known = User.objects.visible_to(actor).filter(pk__in=authors).count()
    if known < len(authors):
        raise NotFound("not_found", "There is no such person.", "authors")


def _replace_priorities(actor: User, authors: dict[int, int]) -> None:
    """Write what differs; what was normal before and is normal now has no row."""
    wanted = {author: priority for author, priority in authors.items() if priority}
    AuthorPriority.objects.filter(user=actor).exclude(author__in=wanted).delete()
    rows: list[Any] = [
        AuthorPriority(user=actor, author_id=author, priority=priority)
        for author, priority in wanted.items()
    ]
    AuthorPriority.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "author"], update_fields=["priority"]
    )


@transaction.atomic
def explain_feed(*, actor: User, person: User, post: Post) -> Explanation:
    """Tell a moderator why a post stands in a person's feed, or does not; it is noted that they asked. Raises Forbidden."""
    if not actor.is_moderator:
        raise Forbidden("permission_denied", "Only moderators may ask.")
    emit(FeedExplained(actor_id=actor.pk, post_id=post.pk, person_id=person.pk))
    return explain(person, post)
