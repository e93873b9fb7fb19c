"""What the screening looks for: the one list that is edited here, and by administrators only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from moderation import actions
from moderation.models import Keyword
from moderation.scoring import fold_words
from socialsite.lib.admin import ADMINS, EvidenceAdmin, at
from socialsite.lib.admin.roles import has_role


class KeywordForm(forms.ModelForm[Keyword]):
    phrase = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget())
    score = forms.FloatField(
        min_value=0.01,
        max_value=1,
        initial=0.5,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="0.6 holds a text for a moderator, 0.95 refuses it; scores of several rules add up.",
    )

    class Meta:
        model = Keyword
        fields = ["phrase", "score"]

    def clean_phrase(self) -> str:
        folded = fold_words(self.cleaned_data["phrase"])
        if not folded:
            raise forms.ValidationError("A phrase has at least one letter or digit.")
        return folded


@admin.register(Keyword)
class KeywordAdmin(EvidenceAdmin):
    icon = "spellcheck"
    place = 5
    form = KeywordForm
    list_display = ["phrase", "score", at("created_at")]
    search_fields = ["phrase"]
    search_help_text = "Part of a phrase"
    ordering = ["phrase"]
    fields = ["phrase", "score"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, ADMINS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, ADMINS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, ADMINS)

    def save_model(self, request: Any, obj: Keyword, form: Any, change: bool) -> None:
        actions.keep_keyword(actor=request.user, phrase=obj.phrase, score=obj.score, keyword=obj)

    def delete_model(self, request: Any, obj: Keyword) -> None:
        actions.remove_keyword(actor=request.user, keyword=obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[Keyword]) -> None:
        for keyword in queryset:
            actions.remove_keyword(actor=request.user, keyword=keyword)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the audit trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the audit trail."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave it to the audit trail."""
