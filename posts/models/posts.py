"""Posts: what people publish, for whom, and who may do what with it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value

from accounts.models import (
    Anonymous,
    Audience,
    AudienceMember,
    Block,
    Connection,
    Follow,
    User,
    Viewer,
)
from engagement.models import Bookmark, Reaction, Share, Tag, Tagging
from moderation.models import Report
from socialsite.lib.content import Content, live, there_for_author
from socialsite.lib.ids import IdField, Kind, first_id_at
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"content": 10_000, "content_warning": 200, "lang": 35}
MAX_MEDIA = 10
KEPT_IN_TRASH = timedelta(days=30)
"""How long a deleted post can be taken back"""


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> "PostQuerySet":
        """Posts this viewer may read: the one rule of who sees what.

        Others: what is there, by people who are there, meant for them, and no block between the two. A private account shows its
        public posts to followers and connections only. The author: what they did not delete and no moderator removed. Moderators: as
        others do, everything public in whatever state, and whatever was reported.
        """
        return self.filter(visible(viewer))

    def listed_for(self, viewer: Viewer) -> "PostQuerySet":
        """Posts that lists of everybody's posts show this viewer: unlisted ones are found by their address and on their author's page."""
        return self.visible_to(viewer).filter(
            ~Q(visibility=Post.Visibility.UNLISTED), live(), post_type__in=WRITTEN
        )

    def meant_for(self, viewer: User) -> "PostQuerySet":
        """Posts whose visibility lets a person read them, whatever else stands between the two."""
        return self.filter(_meant_for(viewer))

    def counted(self) -> "PostQuerySet":
        """Posts that count among their author's: there, written by them, and not for their own eyes only."""
        return self.filter(live(), post_type__in=WRITTEN).exclude(
            visibility=Post.Visibility.PRIVATE
        )

    def findable(self) -> "PostQuerySet":
        """Posts whose tags count: there, public, and by people whose account is open."""
        return self.public().filter(author__private_account=False)

    def public(self) -> "PostQuerySet":
        """Posts that are there and public, whether or not their author's account is open."""
        return self.filter(live(), visibility=Post.Visibility.PUBLIC, post_type__in=WRITTEN)

    def in_trash_of(self, person: User) -> "PostQuerySet":
        """What a person deleted and no moderator removed, until it is purged."""
        return self.filter(
            author=person.pk, deleted_at__isnull=False, removed_by__isnull=True
        ).filter(post_type__in=WRITTEN)

    def deleted_before(self, moment: datetime) -> "PostQuerySet":
        return self.filter(deleted_at__lt=moment)

    def on_page(self, wanted: str | None) -> "PostQuerySet":
        """Narrow a person's page to a type of post, or to those that show `media`."""
        if wanted is None:
            return self
        return self.exclude(media=[]) if wanted == "media" else self.filter(post_type=wanted)

    def quoting(self) -> "PostQuerySet":
        """Posts that count among the quotes of what they quote."""
        return self.filter(live(), quote_state=Post.QuoteState.GIVEN)

    def tagged(self, tag: str) -> "PostQuerySet":
        """Posts that carry a tag, folded already.

        The tag is looked up first: by its number PostgreSQL knows how common it is, and does not gather all posts of a common one.
        """
        number = Tag.objects.filter(tag=tag).values_list("pk", flat=True).first()
        return self.filter(pk__in=Tagging.objects.filter(tag=number).values("target_id"))

    def matching(
        self,
        *,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        has_media: bool | None = None,
        hashtag: str | None = None,
        **columns: Any,
    ) -> "PostQuerySet":
        """Narrow a list by what was asked for; times become ranges of the ids, which carry them."""
        rows = self.filter(**columns)
        if created_after:
            rows = rows.filter(pk__gte=first_id_at(created_after))
        if created_before:
            rows = rows.filter(pk__lt=first_id_at(created_before))
        if has_media is not None:
            rows = rows.exclude(media=[]) if has_media else rows.filter(media=[])
        return rows.tagged(hashtag) if hashtag else rows

    def for_api(self, viewer: Viewer) -> "PostQuerySet":
        """All that an answer needs but what `PostAnswer.complete` reads for a whole page: the author, and what the viewer did."""
        return self.select_related("author").annotate(
            my_reactions=_reacted(viewer),
            bookmarked=_did(Bookmark.objects.all(), "owner", viewer),
            shared_by_me=_did(Share.objects.all(), "user", viewer),
        )


def visible(viewer: Viewer) -> Q:
    """Return the rule of `visible_to` as a condition, for a statement that asks it of rows it reads anyway."""
    if viewer.is_moderator:
        found = _meant_for(viewer) | Q(visibility__in=OPEN)
        found |= Q(Exists(Report.objects.filter(target_id=OuterRef("pk"))))
        return found & Q(author__deleted_at__isnull=True)
    passed_on = _shared_is_there(viewer)
    shown = live() & _by_people_who_are_there()
    if isinstance(viewer, Anonymous):
        return shown & passed_on & Q(visibility__in=OPEN, author__private_account=False)
    own = there_for_author() & Q(author=viewer.pk)
    others = shown & ~_across_block(viewer) & _meant_for(viewer)
    return (own | others) & passed_on


def _did(rows: models.QuerySet[Any], who: str, viewer: Viewer) -> Exists | Value:
    """Return whether there is a row of the viewer's on the post."""
    if isinstance(viewer, Anonymous):
        return Value(value=False, output_field=models.BooleanField())
    return Exists(rows.filter(target_id=OuterRef("pk"), **{who: viewer.pk}))


def _reacted(viewer: Viewer) -> models.Subquery | Value:
    """Return with what the viewer reacted to the post, likes and emoji in one look: for `names_in`."""
    if isinstance(viewer, Anonymous):
        return Value(None, output_field=models.TextField())
    return Reaction.objects.on(OuterRef("pk")).filter(user=viewer.pk).names()


def _by_people_who_are_there() -> Q:
    return Q(author__deleted_at__isnull=True, author__suspended_by__isnull=True)


def _shared_is_there(viewer: Viewer) -> Q:
    """A share shows only what is still there and still open to everybody."""
    shared = Post.objects.filter(
        live(),
        _by_people_who_are_there(),
        pk=OuterRef("shared"),
        visibility__in=OPEN,
        author__private_account=False,
    )
    if viewer.is_authenticated and not viewer.is_moderator:
        shared = shared.exclude(_across_block(viewer))
    return Q(shared__isnull=True) | Q(Exists(shared))


def _across_block(viewer: Viewer) -> Q:
    blocked = Block.objects.filter(blocker=viewer.pk, blocked=OuterRef("author"))
    blocking = Block.objects.filter(blocker=OuterRef("author"), blocked=viewer.pk)
    return Q(Exists(blocked)) | Q(Exists(blocking))


def _meant_for(viewer: Viewer) -> Q:
    """Return the condition that the author meant this viewer to read it."""
    follows = Exists(Follow.objects.filter(follower=viewer.pk, followed=OuterRef("author")))
    accepted = Connection.objects.accepted()
    # Two look-ups by index; one with OR would read all of a person's connections.
    connected = Q(Exists(accepted.filter(low=viewer.pk, high=OuterRef("author")))) | Q(
        Exists(accepted.filter(high=viewer.pk, low=OuterRef("author")))
    )
    member = Exists(AudienceMember.objects.filter(audience=OuterRef("audience"), member=viewer.pk))
    visibility = Post.Visibility
    return (
        Q(author=viewer.pk)
        | (Q(visibility__in=OPEN) & (Q(author__private_account=False) | Q(follows) | connected))
        | (Q(visibility=visibility.FOLLOWERS) & Q(follows))
        | (Q(visibility=visibility.CONNECTIONS) & connected)
        | (Q(visibility__in=(visibility.MENTIONED, visibility.LIST)) & Q(member))
    )


class Policies(models.Model):
    """Who may do what with a post; its author always may."""

    class Who(models.TextChoices):
        EVERYONE = "everyone"
        FOLLOWERS = "followers"
        CONNECTIONS = "connections"
        MENTIONED = "mentioned"
        NOBODY = "nobody"

    comment_policy = models.CharField(max_length=11, choices=Who.choices, default=Who.EVERYONE)
    quote_policy = models.CharField(max_length=11, choices=Who.choices, default=Who.EVERYONE)
    mention_policy = models.CharField(max_length=11, choices=Who.choices, default=Who.EVERYONE)
    """Whose comments may call others in by naming them"""
    approve_comments = models.BooleanField(default=False)
    """Comments wait for the author's leave"""

    class Meta:
        abstract = True


class PostCounters(models.Model):
    """How often what was done, the same for every viewer; `recount` mends drift."""

    like_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    share_count = models.PositiveIntegerField(default=0)
    quote_count = models.PositiveIntegerField(default=0)
    view_count = models.PositiveIntegerField(default=0)
    reaction_counts = models.JSONField(default=list, blank=True)
    """The emoji on it, as `{"emoji", "count"}` in the order in which they came"""
    engagement = models.GeneratedField(
        expression=F("like_count") + F("comment_count") + F("share_count") + F("quote_count"),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )
    """What people did with it, views apart: the order of `sort=engagement`"""

    class Meta:
        abstract = True


class Post(Policies, PostCounters, Content):
    """Something a person publishes."""

    class Type(models.TextChoices):
        UPDATE = "update"
        ARTICLE = "article"
        ACHIEVEMENT = "achievement"
        SHARE = "share"
        """Passes another post on and has no text of its own"""
        POLL = "poll"
        PLAN = "plan"
        JOB_CHANGE = "job_change"
        IMAGE = "image"

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        UNLISTED = "unlisted"
        FOLLOWERS = "followers"
        CONNECTIONS = "connections"
        MENTIONED = "mentioned"
        LIST = "list"
        """Those who are in one of the author's lists when they come to read it"""
        PRIVATE = "private"

    class QuoteState(models.TextChoices):
        NONE = ""
        GIVEN = "given"
        WITHDRAWN = "withdrawn"
        """The quoted author took their consent back: the quote shows nothing of it any more"""

    id = IdField(Kind.POST)
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="posts", db_index=False)
    content = models.CharField(max_length=LENGTHS["content"], blank=True)
    post_type = models.CharField(max_length=11, choices=Type.choices, default=Type.UPDATE)
    visibility = models.CharField(
        max_length=11, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    audience = models.ForeignKey(Audience, models.SET_NULL, null=True, blank=True, related_name="+")
    """Whom it names, or a list of its author's, for one that only they may read; without one, only its author does"""
    media = models.JSONField(default=list, blank=True)
    """What it shows, as `{"url", "alt"}`"""
    hashtags = models.JSONField(default=list, blank=True)
    """Folded, in the order of the text, then those of the field"""
    mentions = models.JSONField(default=list, blank=True)
    """The people its text names, as `{"id", "username"}`"""
    lang = models.CharField(max_length=LENGTHS["lang"], blank=True)
    """BCP 47; empty when nobody said"""
    content_warning = models.CharField(max_length=LENGTHS["content_warning"], blank=True)
    sensitive = models.BooleanField(default=False)
    """Its media should not show before they are asked for"""
    quote_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="quotes", db_index=False
    )
    quote_state = models.CharField(
        max_length=9, choices=QuoteState.choices, default=QuoteState.NONE, blank=True
    )
    shared = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="shared_as", db_index=False
    )
    """What a share passes on"""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("post", **LENGTHS),
            models.CheckConstraint(
                condition=Q(post_type="share", shared__isnull=False)
                | (~Q(post_type="share") & Q(shared__isnull=True)),
                name="post_share_shares",
            ),
            models.UniqueConstraint(
                fields=["author", "shared"],
                condition=Q(shared__isnull=False),
                name="post_share_once",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="post_author_idx"),
            models.Index(F("like_count").desc(), F("id").desc(), name="post_popularity_idx"),
            models.Index(F("engagement").desc(), F("id").desc(), name="post_engagement_idx"),
            models.Index(
                fields=["quote_of", "-id"],
                condition=Q(quote_of__isnull=False),
                name="post_quotes_idx",
            ),
            models.Index(
                fields=["shared"], condition=Q(shared__isnull=False), name="post_shared_idx"
            ),
            # For filters that few posts match.
            models.Index(fields=["lang", "-id"], name="post_lang_idx"),
            models.Index(
                fields=["visibility", "-id"],
                condition=~Q(visibility="public"),
                name="post_narrow_idx",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="post_deleted_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.pk}"

    @property
    def is_counted(self) -> bool:
        """Whether it counts among its author's posts; as the queryset `counted`."""
        is_own = self.visibility == self.Visibility.PRIVATE
        return self.is_live and self.post_type in WRITTEN and not is_own

    @property
    def is_findable(self) -> bool:
        """Whether its tags count; as the queryset `findable`."""
        is_public = self.visibility == self.Visibility.PUBLIC and not self.author.private_account
        return self.is_live and self.post_type in WRITTEN and is_public

    @property
    def restorable_until(self) -> datetime:
        return (self.deleted_at or self.created_at) + KEPT_IN_TRASH

    @property
    def is_quote(self) -> bool:
        """Whether it counts among the quotes of what it quotes; as the queryset `quoting`."""
        return self.is_live and self.quote_state == self.QuoteState.GIVEN


OPEN = (Post.Visibility.PUBLIC, Post.Visibility.UNLISTED)
WRITTEN = tuple(known for known in Post.Type if known is not Post.Type.SHARE)
