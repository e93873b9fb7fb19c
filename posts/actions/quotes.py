"""Consent to being quoted."""

from django.db import transaction

from accounts.models import User
from posts.actions.standing import change_standing, lock_author, lock_post
from posts.events import QuoteWithdrawn
from posts.models import Post
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, NotFound


@transaction.atomic
def withdraw_quote(*, actor: User, post: Post, quote: Post) -> Post:
    """Take back the consent to a quote of one's post: from now on it shows nothing of it, wherever it stands. Twice changes nothing.

    Raises Forbidden unless the post is the actor's, NotFound when the other does not quote it.
    """
    if quote.quote_of_id != post.pk:
        raise NotFound
    actor = lock_author(actor.pk)
    # Neither of the two ever changes; the quote is locked first, as by those who delete or hide it.
    if post.author_id != actor.pk:
        raise Forbidden("permission_denied", "Only its author may do this.")
    quote = lock_post(quote.pk)
    if quote.quote_state == Post.QuoteState.GIVEN:
        change_standing(quote, quote_state=Post.QuoteState.WITHDRAWN)
        emit(
            QuoteWithdrawn(
                actor_id=actor.pk, post_id=post.pk, quote_id=quote.pk, owner_id=quote.author_id
            )
        )
    return quote
