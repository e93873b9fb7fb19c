"""What the forms of moderators ask for."""

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from moderation.models import LENGTHS, Reason
from socialsite.lib.admin import ActForm


class WarnForm(ActForm):
    """Why: for moderators, and for the person."""

    reason = forms.ChoiceField(
        label="Rule", choices=Reason.choices, widget=UnfoldAdminSelectWidget(), required=False
    )
    note = forms.CharField(
        label="Reason, for other moderators",
        max_length=LENGTHS["note"],
        widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
    )
    statement = forms.CharField(
        label="Statement, mailed to the person",
        max_length=LENGTHS["statement"],
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
    )

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or Reason.OTHER


class UndoForm(ActForm):
    """Why an action is taken back, for those who want to say."""

    note = forms.CharField(
        label="Reason, for other moderators",
        max_length=LENGTHS["note"],
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
    )


class GroundsForm(WarnForm):
    """Why, and for how long."""

    until = forms.SplitDateTimeField(
        label="Until (UTC)",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text="Leave empty for what only a moderator ends.",
    )
