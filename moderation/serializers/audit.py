"""The audit trail as moderators read it."""

from rest_framework import serializers

from moderation.models import AuditEntry
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField


class AuditQuery(Body):
    """Times are dates or RFC 3339; `after` is included, `before` is not."""

    actor = IdField(required=False)
    verb = serializers.SlugField(max_length=60, required=False)
    target = IdField(required=False)
    after = serializers.DateTimeField(required=False)
    before = serializers.DateTimeField(required=False)


class AuditEntryAnswer(Answer):
    """One thing that was done; `actor_id` is null for what the site did by itself."""

    model = AuditEntry

    id = IdField(read_only=True)
    actor_id = IdField(read_only=True, allow_null=True)
    credential = serializers.CharField(read_only=True)
    verb = serializers.CharField(read_only=True)
    target_id = IdField(read_only=True, allow_null=True)
    request_id = serializers.CharField(read_only=True)
    detail = serializers.DictField(read_only=True)
    created_at = TimeField(read_only=True)
