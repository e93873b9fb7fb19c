"""One path that serves two kinds of id, for the tests of the published contract."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers

from socialsite.lib.api.access import Access
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.paths import route
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField
from socialsite.lib.api.views import ApiViewSet


class PersonAnswer(Answer):
    id = IdField(read_only=True)
    joined_at = TimeField(read_only=True)
    secret = serializers.CharField(read_only=True, required=False)


class CircleAnswer(Answer):
    id = IdField(read_only=True)
    size = serializers.IntegerField(read_only=True)


class PersonBody(Body):
    bio = serializers.CharField()


class CircleBody(Body):
    owner_id = IdField()


class PersonViewSet(ApiViewSet):
    @reads(PersonAnswer, access=Access.ANYONE)
    def read(self, request: Any, query: Any, id: int) -> Any:  # noqa: A002 - the path names it
        """A person."""

    @writes(PersonAnswer, body=PersonBody)
    def edit(self, request: Any, data: Any, id: int) -> Any:  # noqa: A002 - the path names it
        """Change a person."""

    @lists(PersonAnswer)
    def list(self, request: Any, query: Any) -> Any:
        """People."""


class CircleViewSet(ApiViewSet):
    @reads(CircleAnswer)
    def read(self, request: Any, query: Any, id: int) -> Any:  # noqa: A002 - the path names it
        """A circle."""

    @writes(CircleAnswer, body=CircleBody)
    def edit(self, request: Any, data: Any, id: int) -> Any:  # noqa: A002 - the path names it
        """Change a circle."""

    @writes(scope="write")
    def remove(self, request: Any, data: Any, circle: int) -> Any:
        """Remove a circle."""


urlpatterns = [
    *route("api/things", PersonViewSet, {"get": "list"}, "things"),
    *route("api/things/<user:id>", PersonViewSet, {"get": "read", "put": "edit"}, "person"),
    *route("api/things/<audience:id>", CircleViewSet, {"get": "read", "put": "edit"}, "circle"),
    *route("api/things/<session:circle>", CircleViewSet, {"delete": "remove"}, "gone"),
    path("page", lambda request: HttpResponse(), name="not-of-the-api"),
]
