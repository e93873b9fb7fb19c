"""The paths of the search, under `/api/`."""

from search.viewsets import SearchViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("search", SearchViewSet, {"get": "search"}, "search"),
    *route("v1/users/search", SearchViewSet, {"get": "people"}, "v1-users-search"),
]
