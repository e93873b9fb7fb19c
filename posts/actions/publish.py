"""Publishing a post and changing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions.versions import CheckVersion
from accounts.models import Audience, AudienceMember, User
from engagement.actions import texts
from moderation.actions import note_change
from moderation.permissions import check_moderates
from moderation.screening import HELD, screen_text
from posts.actions.standing import (
    change_standing,
    count_post,
    count_quote,
    lock_author,
    lock_post,
)
from posts.events import PolicyChanged, PostEdited, PostPublished, PostQuoted
from posts.live import tell_new, tell_standing
from posts.models import Post
from posts.permissions import check_deed, check_edits
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Invalid, NotFound
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.text.entities import Entities, extract

POLICIES = {
    "comment": "comment_policy",
    "quote": "quote_policy",
    "mention": "mention_policy",
    "approve_comments": "approve_comments",
}
"""The words of the API for the columns"""


FEW = {Post.Visibility.PRIVATE, Post.Visibility.MENTIONED, Post.Visibility.LIST}
"""What only its author reads later: whom a version named, or a list had in it, the next may not"""


@dataclass(frozen=True)
class Words:
    """What a text of a post says, looked up for its author."""

    entities: Entities
    tags: list[str]
    mentioned: list[User]

    @classmethod
    def of(cls, actor: User, content: str, tags: Iterable[str]) -> "Words":
        """Read a text; `tags` are those of the field, merged with those of the text. Raises Invalid."""
        entities = extract(content)
        merged = list(dict.fromkeys([*(tag.tag for tag in entities.hashtags), *tags]))
        if len(merged) > texts.MAX_TAGS:
            raise Invalid("max_length", f"Use at most {texts.MAX_TAGS} tags.", "hashtags")
        return cls(entities, merged, texts.find_mentioned(actor=actor, entities=entities))

    @property
    def columns(self) -> dict[str, Any]:
        return {"hashtags": self.tags, "mentions": texts.mention_answer(self.mentioned)}


@transaction.atomic
def publish_post(
    *,
    actor: User,
    content: str = "",
    hashtags: Iterable[str] = (),
    quote_of: int | None = None,
    policy: dict[str, Any] | None = None,
    list_id: int | None = None,
    **columns: Any,
) -> Post:
    """Publish a post. `columns` are `post_type, visibility, media, lang, content_warning, sensitive`; `list_id` says for which list.

    What the screening finds too much like spam is held: only its author and moderators see it until one of them lets it through.
    Raises Invalid, NotFound for a quoted post the actor may not see or a list they do not have, Forbidden (not_allowed_by_owner), Unprocessable (spam_refused,
    alt_text_required).
    """
    actor = lock_author(actor.pk)
    words = Words.of(actor, content, hashtags)
    quoted = _find_quoted(actor, quote_of)
    columns |= _chosen_list(actor, columns.get("visibility"), list_id)
    media = columns.get("media", [])
    check_not_empty(content, media, quoted)
    check_alt_texts(media)
    post = Post.objects.create(
        author=actor,
        content=content,
        quote_of=quoted,
        quote_state=Post.QuoteState.GIVEN if quoted else Post.QuoteState.NONE,
        **words.columns,
        **named_policies(policy or {}),
        **columns,
    )
    if post.is_counted:
        count_post(post, 1)
    if quoted:
        count_quote(post, 1)
    if words.tags:
        texts.set_tags(target_id=post.pk, tags=words.tags, counted=post.is_findable)
    texts.set_mentions(target_id=post.pk, people=words.mentioned)
    _set_audience(post, words.mentioned)
    _screen(actor, post, words)
    emit(PostPublished(actor_id=actor.pk, post_id=post.pk))
    if post.is_live:
        tell_of(post)
        tell_new(post)
    return post


@transaction.atomic
def edit_post(*, actor: User, post: Post, changes: dict[str, Any], check: CheckVersion) -> Post:
    """Change what is sent of a post and keep the text it had; only people it names for the first time are told.

    Raises Forbidden, Conflict, PreconditionFailed, Invalid, Unprocessable (spam_refused, alt_text_required).
    """
    actor, post = lock_author(actor.pk), lock_post(post.pk)
    check_edits(actor, post)
    check(post.version)
    changes = dict(changes)
    policy = changes.pop("policy", {})
    field_tags = changes.pop("hashtags", None)
    visibility = changes.get("visibility", post.visibility)
    changes |= _chosen_list(actor, visibility, changes.pop("list_id", None), post)
    content = changes.get("content", post.content)
    words = Words.of(actor, content, _tags_kept(post) if field_tags is None else field_tags)
    check_not_empty(content, changes.get("media", post.media), post.quote_of_id)
    check_alt_texts(changes.get("media", []))
    columns = changes | words.columns | named_policies(policy)
    if not differs(post, columns):
        return post
    if post.is_quote and post.quote_of_id:
        # Before the tags, because the screening may hold it, which counts the quote out.
        lock_post(post.quote_of_id)
    texts.keep_version(version_of(post))
    known, audience_id = {row["id"] for row in post.mentions}, post.audience_id
    texts.set_tags(target_id=post.pk, tags=words.tags, counted=post.is_findable)
    texts.set_mentions(target_id=post.pk, people=words.mentioned)
    change_standing(post, **columns, version=post.version + 1, edited_at=timezone.now())
    _set_audience(post, words.mentioned)
    if audience_id != post.audience_id:
        # Those a text named; a list stays its owner's.
        Audience.objects.filter(pk=audience_id, purpose=Audience.Purpose.MENTIONED).delete()
    _screen(actor, post, words)
    note_change(post.pk)
    emit(PostEdited(actor_id=actor.pk, post_id=post.pk))
    if post.is_live:
        fresh = [user for user in words.mentioned if str(user.pk) not in known]
        texts.tell_mentioned(actor_id=actor.pk, target_id=post.pk, people=fresh)
    return post


@transaction.atomic
def set_policy(*, actor: User, post: Post, policy: dict[str, Any], check: CheckVersion) -> Post:
    """Say who may comment on a post, quote it, or call others to it; what was done before stays.

    Raises Forbidden, Conflict, PreconditionFailed.
    """
    post = lock_post(post.pk)
    check_edits(actor, post)
    check(post.version)
    columns = named_policies(policy)
    if differs(post, columns):
        post.version += 1
        Post.objects.filter(pk=post.pk).update(version=post.version, **columns)
        emit(PolicyChanged(actor_id=actor.pk, post_id=post.pk))
        tell_standing(post.pk)
    return post


def remove_post_version(*, actor: User, post: Post, number: int) -> None:
    """Take the text of an earlier version out of a post's history, as its author or a moderator of a higher role. Raises Forbidden, NotFound."""
    if post.author_id != actor.pk:
        check_moderates(actor, post.author)
    texts.remove_version(actor=actor, target_id=post.pk, owner_id=post.author_id, number=number)


def tell_of(post: Post) -> None:
    """Tell those whom a post names, and the author of what it quotes, once others may see it; telling twice changes nothing."""
    people = User.objects.filter(pk__in=[int(row["id"]) for row in post.mentions])
    texts.tell_mentioned(actor_id=post.author_id, target_id=post.pk, people=people)
    if post.quote_of_id and post.is_quote:
        quoted = Post.objects.get(pk=post.quote_of_id)
        emit(
            PostQuoted(
                actor_id=post.author_id,
                post_id=quoted.pk,
                quote_id=post.pk,
                owner_id=quoted.author_id,
            )
        )


def version_of(post: Post) -> texts.Version:
    """Return a post's text as it stands, for its history."""
    is_open = post.is_live and post.visibility not in FEW
    return texts.Version.of(post, meant_for=post.visibility if is_open else "")


def differs(post: Post, columns: dict[str, Any]) -> bool:
    """Whether a post has other values than these: a call that is repeated changes nothing."""
    return any(getattr(post, name) != value for name, value in columns.items())


def named_policies(policy: dict[str, Any]) -> dict[str, Any]:
    return {POLICIES[name]: value for name, value in policy.items()}


def check_not_empty(content: str, media: Any, quoted: Any) -> None:
    if not (content.strip() or media or quoted):
        raise Invalid("blank", "Write something, or show or quote something.", "content")


def check_alt_texts(media: list[dict[str, str]]) -> None:
    """Raise Invalid when the site asks for a description of everything shown and one is missing."""
    if settings.ALT_TEXT_REQUIRED and not all(shown["alt"] for shown in media):
        raise Invalid("alt_text_required", "Describe what each medium shows.", "media_urls")


def _find_quoted(actor: User, quote_of: int | None) -> Post | None:
    if quote_of is None:
        return None
    if kind_of(quote_of) is not Kind.POST:
        raise NotFound
    quoted: Post = targets.lock(quote_of, actor)
    check_deed(quoted, actor, "quote")
    return quoted


def _tags_kept(post: Post) -> list[str]:
    """Return the tags that came by the field, not by the text."""
    in_text = {tag.tag for tag in extract(post.content).hashtags}
    return [tag for tag in post.hashtags if tag not in in_text]


def _chosen_list(
    actor: User, visibility: str | None, list_id: int | None, post: Post | None = None
) -> dict[str, Any]:
    """Return the columns of a post that say for which list it is. Raises Invalid, NotFound for a list the actor does not have.

    A post whose list was deleted stays without one until the author names another.
    """
    was_for_list = post is not None and post.visibility == Post.Visibility.LIST
    if visibility != Post.Visibility.LIST:
        if list_id is not None:
            raise Invalid("invalid", "Only a post for a list names one.", "list_id")
        return {"audience": None} if was_for_list else {}
    if list_id is not None:
        chosen = Audience.objects.visible_to(actor).lists().filter(pk=list_id).first()
        if chosen is None:
            raise NotFound(attr="list_id")
        return {"audience": chosen}
    if not was_for_list:
        raise Invalid("required", "Say for which of your lists it is.", "list_id")
    return {}


def _set_audience(post: Post, people: list[User]) -> None:
    """Keep the set of those who may read a post that is for the people it names."""
    if post.visibility != Post.Visibility.MENTIONED:
        return
    if post.audience is None:
        post.audience = Audience.objects.create(
            owner_id=post.author_id, purpose=Audience.Purpose.MENTIONED
        )
        Post.objects.filter(pk=post.pk).update(audience=post.audience)
    members = AudienceMember.objects.filter(audience=post.audience)
    members.exclude(member__in=people).delete()
    AudienceMember.objects.bulk_create(
        [AudienceMember(audience=post.audience, member=user) for user in people],
        ignore_conflicts=True,
    )
    Audience.objects.filter(pk=post.audience.pk).update(member_count=members.count())


def _screen(actor: User, post: Post, words: Words) -> None:
    text = "\n".join(part for part in (post.content_warning, post.content) if part)
    screening = screen_text(
        actor=actor,
        target_id=post.pk,
        text=text,
        mentions=len(words.entities.mentions),
        links=len(words.entities.links),
    )
    if screening.score >= HELD:
        post.refresh_from_db(fields=["hidden_by"])
