"""What is sent and read about connections."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Connection, User
from accounts.models.users import LENGTHS
from accounts.serializers.fields import IndustryField, TextField
from accounts.serializers.people import PersonCard
from network.filters import STATES, state_of
from network.mutual import count_mutual
from network.suggestions.graphs import CONNECTIONS, FOLLOWS, Graph
from network.suggestions.reasons import explain
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField


class ConnectionBody(Body):
    """Whom to ask, with a word to them."""

    target_user_id = IdField()
    message = TextField(max_length=300, required=False, allow_blank=True)


class ConnectionQuery(Body):
    """`location` matches a part of it, `role` a part of the headline, whatever their case."""

    state = serializers.ChoiceField(choices=tuple(STATES), default="connected")
    industry = IndustryField(required=False)
    location = TextField(max_length=LENGTHS["location"], required=False)
    role = TextField(max_length=LENGTHS["headline"], required=False)


class ConnectionAnswer(Answer):
    """A connection or a request as one of its two people sees it; `person` is the other one.

    `mutual_count` is null while the other person's account is private to the reader.
    """

    model = Connection

    id = IdField(read_only=True)
    person = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=Connection.LIVE, read_only=True)
    state = serializers.SerializerMethodField()
    message = serializers.CharField(read_only=True)
    requested_by_me = serializers.SerializerMethodField()
    mutual_count = serializers.IntegerField(
        source="mutual.count", default=None, read_only=True, allow_null=True
    )
    mutual_names = serializers.ListField(
        source="mutual.names", default=list, child=serializers.CharField(), read_only=True
    )
    created_at = TimeField(read_only=True)
    answered_at = TimeField(read_only=True, allow_null=True)

    @extend_schema_field(PersonCard)
    def get_person(self, connection: Connection) -> Any:
        other = connection.other(self.context["viewer"].pk)
        return PersonCard.render(other, dict(self.context))

    @extend_schema_field(serializers.ChoiceField(choices=tuple(STATES)))
    def get_state(self, connection: Connection) -> str:
        return state_of(connection, self.context["viewer"])

    def get_requested_by_me(self, connection: Connection) -> bool:
        return connection.requester_id == self.context["viewer"].pk

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        """Find what the two have in common, unless the other person's account is private and no connection opens it."""
        pairs = [(row, row.other(viewer.pk)) for row in things]
        shown = [
            other.pk
            for row, other in pairs
            if row.status == Connection.Status.ACCEPTED or not other.private_account
        ]
        mutual = count_mutual(viewer, shown)
        for row, other in pairs:
            row.mutual = mutual.get(other.pk)

    @classmethod
    def path_of(cls, thing: Connection) -> str:
        return f"/api/connections/{thing.pk}"


class SuggestionQuery(Body):
    """`refresh=1` makes the list anew."""

    refresh = serializers.ChoiceField(choices=("0", "1"), default="0")


class ConnectionSuggestionQuery(SuggestionQuery):
    """`near` matches a part of the location, whatever its case; private accounts match neither filter."""

    near = TextField(max_length=LENGTHS["location"], required=False)
    industry = IndustryField(required=False)


class SuggestionReason(Answer):
    """Why a person is suggested; `by` names up to three of the `mutuals`, `industry` and `location` are what both profiles say."""

    model = User

    mutuals = serializers.IntegerField(read_only=True)
    by = PersonCard(many=True, read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    industry = serializers.CharField(read_only=True, allow_null=True)
    location = serializers.CharField(read_only=True, allow_null=True)
    is_well_known = serializers.BooleanField(read_only=True)


class FollowSuggestion(Answer):
    """A person one may want to follow, and why."""

    model = User
    graph: Graph = FOLLOWS

    person = PersonCard(source="*", read_only=True)
    reason = SuggestionReason(read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        explain(cls.graph, things, viewer)


class ConnectionSuggestion(FollowSuggestion):
    """A person one may want to connect with, and why."""

    graph = CONNECTIONS
