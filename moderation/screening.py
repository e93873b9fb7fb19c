"""Screening: how likely a text is spam, judged when it is written or changed.

The score of a text is 1 - (1 - a)(1 - b)… over the scores of the rules that match it (`moderation.scoring`): several small signs add up,
and none takes another away. From HELD on the thing is hidden until a moderator looks at it; from REFUSED on it is not stored at all.
Verified people and moderators pass.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from math import prod
from textwrap import shorten

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from moderation.actions.content import hold_thing
from moderation.actions.reports import add_report
from moderation.kinds import KINDS
from moderation.models import Action, Reason, Screening
from moderation.scoring import Draft, Match, digest_of
from moderation.scoring import score as score_by_rules
from socialsite.lib import targets
from socialsite.lib.errors import Unprocessable
from socialsite.lib.ids import first_id_at, kind_of

log = logging.getLogger(__name__)

HELD, REFUSED = 0.6, 0.95
BUILT_IN = "moderation.scoring.score"

KEPT_HARMLESS = timedelta(days=30)
"""How long it is kept that no rule matched a text; what matched is kept with the thing"""

Scorer = Callable[[Draft], list[Match]]


@transaction.atomic
def screen_text(*, actor: User, target_id: int, text: str, mentions: int, links: int) -> Screening:
    """Judge a text that its author wrote or changed, after its row exists and is counted, in the transaction of the action.

    What looks like spam is held until a moderator looks at it; its author still sees it. Then `hidden_by` of the row has changed by
    UPDATE, so a caller that goes on with the row reads it again. `mentions` and `links` are how many the text has.
    Raises Unprocessable (spam_refused) for what certainly is spam.
    """
    draft = Draft(author=actor, target_id=target_id, text=text, mentions=mentions, links=links)
    matches = [] if actor.is_verified or actor.is_moderator else _matches(draft)
    score = 1 - prod(1 - match.score for match in matches)
    rules = [{"rule": match.rule, "score": round(match.score, 3)} for match in matches]
    if score >= REFUSED:
        log.info("spam refused", extra={"author": actor.pk, "rules": [m.rule for m in matches]})
        raise Unprocessable("spam_refused", "This looks like spam and was not published.")
    passed = score >= HELD and _was_let_through(target_id, digest_of(text))
    screening = Screening.objects.create(
        target_id=target_id, author=actor, digest=digest_of(text), score=score, rules=rules
    )
    if score >= HELD and not passed:
        _hold(screening)
    return screening


def forget_harmless() -> int:
    """Delete what says of old texts that no rule matched, but for things that were held once; returns how many."""
    before = first_id_at(timezone.now() - KEPT_HARMLESS)
    holds = Action.objects.filter(target_id=OuterRef("target_id"), kind=Action.Kind.HOLD)
    rows = Screening.objects.filter(~Exists(holds), score=0, pk__lt=before)
    return rows.delete()[0]


def _matches(draft: Draft) -> list[Match]:
    """Ask the scorer that the settings name; the built-in rules when it fails, because a text must not wait for it."""
    if settings.SPAM_SCORER == BUILT_IN:
        return score_by_rules(draft)
    try:
        with transaction.atomic():
            found = _scorer(settings.SPAM_SCORER)(draft)
            # In this order, so that what is no number counts as 0.
            return [Match(match.rule, min(1.0, max(0.0, match.score))) for match in found]
    except Exception:
        log.exception("the spam scorer failed; the built-in rules judged instead")
        return score_by_rules(draft)


@lru_cache
def _scorer(path: str) -> Scorer:
    found: Scorer = import_string(path)
    return found


def _was_let_through(target_id: int, digest: str) -> bool:
    """Tell whether a moderator ended a hold of this thing with this very text."""
    ended = Action.objects.filter(
        target_id=target_id, kind=Action.Kind.HOLD, undone_at__isnull=False
    )
    judged = Screening.objects.filter(target_id=target_id, created_at__lte=OuterRef("undone_at"))
    seen = judged.order_by("-pk").values("digest")[:1]
    return ended.alias(seen=Subquery(seen)).filter(seen=digest).exists()


def _hold(screening: Screening) -> None:
    kind = kind_of(screening.target_id)
    holds = Action.objects.live().filter(target_id=screening.target_id, kind=Action.Kind.HOLD)
    if kind not in KINDS or KINDS[kind].set_cause is None or holds.exists():
        return
    thing = targets.known(screening.target_id).model._default_manager.get(pk=screening.target_id)
    # A text may match more phrases than a note has room for.
    rules = shorten(", ".join(found["rule"] for found in screening.rules), 500)
    case = add_report(thing=thing, reporter=None, reason=Reason.SPAM, comment=f"Matched {rules}.")
    hold_thing(thing=thing, note=f"Held by the screening: {rules}.", case=case)
