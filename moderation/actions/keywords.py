"""What the screening looks for: administrators keep the list."""

from django.db import transaction

from accounts.models import User
from moderation.events import KeywordAdded, KeywordEdited, KeywordRemoved
from moderation.models import Keyword
from moderation.scoring import fold_words
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, Invalid


@transaction.atomic
def keep_keyword(
    *, actor: User, phrase: str, score: float, keyword: Keyword | None = None
) -> Keyword:
    """Add a word or phrase to the list, or change one. Raises Forbidden unless the actor is an administrator, Invalid."""
    _check(actor)
    folded = fold_words(phrase)
    if not folded:
        raise Invalid("blank", "A phrase has at least one letter or digit.", "phrase")
    keyword = keyword or Keyword()
    added = keyword.pk is None
    keyword.phrase, keyword.score = folded, score
    keyword.save()
    effect = KeywordAdded if added else KeywordEdited
    emit(effect(actor_id=actor.pk, keyword=keyword.pk))
    return keyword


@transaction.atomic
def remove_keyword(*, actor: User, keyword: Keyword) -> None:
    """Take a phrase off the list; what it held stays held. Raises Forbidden."""
    _check(actor)
    emit(KeywordRemoved(actor_id=actor.pk, keyword=keyword.pk))
    keyword.delete()


def _check(actor: User) -> None:
    if not actor.is_superuser:
        raise Forbidden("permission_denied", "Only administrators keep the list.")
