"""The paths of people, under `/api/`."""

from accounts.viewsets import account, filters, lists, people, sign_in, sockets
from socialsite.lib.api.paths import route

Sign, Account, People = sign_in.SignInViewSet, account.AccountViewSet, people.UserViewSet
Mailed, Follow = account.MailedTokenViewSet, people.FollowViewSet
Sockets = sockets.SocketViewSet
Filters, Lists, Members = filters.FilterViewSet, lists.ListViewSet, lists.MemberViewSet

urlpatterns = [
    # Paths are tried in order: the page that is asked for most stands first.
    *route("users/<user:user>", People, {"get": "read", "put": "edit"}, "user"),
    *route("auth/register", Sign, {"post": "register"}, "register"),
    *route("auth/login", Sign, {"post": "login"}, "login"),
    *route("auth/mfa/verify", Sign, {"post": "verify_factor"}, "mfa-verify"),
    *route("auth/token", Sign, {"post": "token"}, "token"),
    *route("auth/token/refresh", Sign, {"post": "refresh"}, "token-refresh"),
    *route("auth/token/revoke", Sign, {"post": "revoke"}, "token-revoke"),
    *route("auth/csrf", Sign, {"get": "csrf"}, "csrf"),
    *route("auth/logout", sign_in.SignOutViewSet, {"post": "logout"}, "logout"),
    *route("auth/user", Account, {"get": "current"}, "current-user"),
    *route("auth/email", Account, {"post": "change_email"}, "email-change"),
    *route("auth/verify-email", Mailed, {"post": "verify_email"}, "email-verify"),
    *route("auth/verify-email/resend", Account, {"post": "resend_email_check"}, "email-resend"),
    *route("auth/confirm", Account, {"post": "confirm"}, "confirm"),
    *route("auth/password/forgot", Mailed, {"post": "forgot_password"}, "password-forgot"),
    *route("auth/password/reset", Mailed, {"post": "reset_password"}, "password-reset"),
    *route("auth/password/change", Account, {"post": "change_password"}, "password-change"),
    *route(
        "auth/mfa",
        account.FactorViewSet,
        {"get": "state", "post": "set_up", "delete": "switch_off"},
        "mfa",
    ),
    *route(
        "auth/sessions", account.SessionViewSet, {"get": "list", "delete": "end_others"}, "sessions"
    ),
    *route("auth/sessions/<session:session>", account.SessionViewSet, {"delete": "end"}, "session"),
    *route("auth/tokens", account.ApiTokenViewSet, {"get": "list", "post": "create"}, "api-tokens"),
    *route(
        "auth/tokens/<api_token:token>", account.ApiTokenViewSet, {"delete": "revoke"}, "api-token"
    ),
    *route("settings", Account, {"get": "read_settings", "put": "edit_settings"}, "settings"),
    *route("users/<user:user>/followers", People, {"get": "followers"}, "user-followers"),
    *route("users/<user:user>/following", People, {"get": "following"}, "user-following"),
    *route(
        "users/<user:user>/follow", Follow, {"post": "follow", "delete": "unfollow"}, "user-follow"
    ),
    *route(
        "users/<user:user>/block",
        people.BlockViewSet,
        {"put": "block", "delete": "unblock"},
        "user-block",
    ),
    *route(
        "users/<user:user>/mute",
        people.MuteViewSet,
        {"put": "mute", "delete": "unmute"},
        "user-mute",
    ),
    *route("blocks", people.BlockViewSet, {"get": "list"}, "blocks"),
    *route("mutes", people.MuteViewSet, {"get": "list"}, "mutes"),
    *route("follow-requests", people.FollowRequestViewSet, {"get": "list"}, "follow-requests"),
    *route(
        "follow-requests/<user:user>/accept",
        people.FollowRequestViewSet,
        {"post": "accept"},
        "follow-accept",
    ),
    *route(
        "follow-requests/<user:user>/reject",
        people.FollowRequestViewSet,
        {"post": "reject"},
        "follow-reject",
    ),
    *route("me/followers/<user:user>", Follow, {"delete": "remove_follower"}, "my-follower"),
    *route("filters", Filters, {"get": "list", "post": "create"}, "filters"),
    *route("filters/export", Filters, {"get": "export"}, "filters-export"),
    *route("filters/import", Filters, {"post": "take_in"}, "filters-import"),
    *route(
        "filters/<filter:filter>",
        Filters,
        {"get": "read", "put": "edit", "delete": "delete"},
        "filter",
    ),
    *route("lists", Lists, {"get": "list", "post": "create"}, "lists"),
    *route(
        "lists/<audience:list>", Lists, {"get": "read", "put": "edit", "delete": "delete"}, "list"
    ),
    *route("lists/<audience:list>/members", Members, {"get": "list"}, "list-members"),
    *route(
        "lists/<audience:list>/members/<user:user>",
        Members,
        {"put": "add", "delete": "remove"},
        "list-member",
    ),
    *route("v1/users/me", People, {"get": "read_own", "put": "edit_own"}, "v1-me"),
    *route("v1/users/<user:user>", People, {"get": "read"}, "v1-user"),
    *route("v1/follow", Follow, {"post": "follow_by_body"}, "v1-follow"),
    *route("v1/follow/followers", Follow, {"get": "followers"}, "v1-followers"),
    *route("v1/follow/following", Follow, {"get": "following"}, "v1-following"),
    *route("v1/follow/status/<user:user>", Follow, {"get": "status"}, "v1-follow-status"),
    *route("v1/follow/<user:user>", Follow, {"delete": "unfollow"}, "v1-unfollow"),
    *route("v1/websocket/info", Sockets, {"get": "info"}, "websocket-info"),
    *route("v1/websocket/ticket", Sockets, {"post": "ticket"}, "websocket-ticket"),
    *route("v1/websocket/stats", Sockets, {"get": "stats"}, "websocket-stats"),
]
