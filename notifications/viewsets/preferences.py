"""How people want to be told."""

from functools import partial
from typing import Any

from accounts.limits import EDITS
from notifications import actions
from notifications.models import Preferences
from notifications.serializers.preferences import PreferencesAnswer, PreferencesBody
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import reads, writes
from socialsite.lib.api.views import ApiViewSet


class PreferencesViewSet(ApiViewSet):
    @reads(PreferencesAnswer)
    def read(self, request: Call, query: dict[str, Any]) -> Preferences:
        """Which notifications the caller gets, of whom, and how."""
        return Preferences.of(request.user)

    @writes(PreferencesAnswer, body=PreferencesBody, limit=EDITS)
    def edit(self, request: Call, data: dict[str, Any]) -> int:
        """Change the channels, the policy and the quiet hours that are sent."""
        check = partial(check_if_match, request)
        return actions.change_preferences(actor=request.user, changes=data, check=check).pk
