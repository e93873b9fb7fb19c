"""Every path of the site: the API, the contract, health and metrics, the admin and the front page."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from socialsite.lib.api.paths import below

urlpatterns = [
    below(
        "api/",
        "accounts.urls",
        "notifications.urls",
        "analytics.urls",
        "search.urls",
        "moderation.urls",
        "engagement.urls",
        "posts.urls",
        "chat.urls",
        "socialsite.lib.realtime.urls",
        "network.urls",
    ),
    path("", include("operations.urls")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
]

handler400 = "socialsite.lib.api.fallbacks.bad_request"
handler403 = "socialsite.lib.api.fallbacks.permission_denied"
handler404 = "socialsite.lib.api.fallbacks.page_not_found"
handler500 = "socialsite.lib.api.fallbacks.server_error"
