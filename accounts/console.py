"""The console's own door: name and password, then a code when the person has a second factor (DECISIONS 26).

The checks and limits are those of the API's sign-in. A person is in while three things hold: Django's session names a sign-in of
theirs, that sign-in is live and young enough, and they are staff.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.widgets import UnfoldAdminPasswordToggleWidget, UnfoldAdminTextInputWidget

from accounts.actions import passwords, sessions, sign_in
from accounts.actions.sessions import SignIn
from accounts.browsers import origin_of, set_cookie
from accounts.models import Session
from accounts.passwords import MAX_LENGTH
from socialsite.lib import context
from socialsite.lib.errors import AppError, RateLimited

SESSION_KEY = "sign_in"
"""Where Django's session keeps the id of our sign-in"""
LAST_USED_STEP = timedelta(minutes=5)


class PasswordForm(forms.Form):
    """The first step."""

    identifier = forms.CharField(
        label="Username or mail address",
        max_length=254,
        widget=UnfoldAdminTextInputWidget({"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        strip=False,
        max_length=MAX_LENGTH,
        widget=UnfoldAdminPasswordToggleWidget({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The second step: the token of the first, and a code of the app or a recovery code."""

    mfa_token = forms.CharField(max_length=500, widget=forms.HiddenInput)
    code = forms.CharField(
        label="Code of your authenticator app, or a recovery code",
        max_length=40,
        widget=UnfoldAdminTextInputWidget({"autofocus": True, "autocomplete": "one-time-code"}),
    )


class NewPasswordForm(forms.Form):
    """Changing one's own password."""

    password = forms.CharField(
        label="Password now", strip=False, max_length=MAX_LENGTH, widget=UnfoldAdminPasswordToggleWidget()
    )  # fmt: skip
    new_password = forms.CharField(
        strip=False, max_length=MAX_LENGTH, widget=UnfoldAdminPasswordToggleWidget()
    )


def sign_in_page(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Show the form of the step that is due, or let the person in. `page` is what every page of the site shows."""
    form: forms.Form = PasswordForm()
    status, headers = 200, {}
    if request.method == "POST":
        form = (CodeForm if "mfa_token" in request.POST else PasswordForm)(request.POST)
        if form.is_valid():
            try:
                return _let_in(request, _check(request, form))
            except sign_in.FactorDue as due:
                form = CodeForm(initial=due.extra)
            except AppError as refusal:
                status = refusal.status_code
                if isinstance(refusal, RateLimited):
                    headers["Retry-After"] = str(refusal.retry_after)
                form.add_error(None, refusal.message)
    page |= {
        "title": "Sign in",
        "form": form,
        "asks_code": isinstance(form, CodeForm),
        "app_path": request.get_full_path(),
        REDIRECT_FIELD_NAME: _goal(request),
    }
    return TemplateResponse(request, "admin/login.html", page, status=status, headers=headers)


def password_page(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Change one's own password; every sign-in ends, this one too."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _change_password(request, form):
        logout(request)
        return HttpResponseRedirect(reverse("admin:login"))
    page |= {"title": "Change your password", "form": form}
    return TemplateResponse(request, "admin/password.html", page)


def is_let_in(request: HttpRequest) -> bool:
    """Tell whether a request comes from staff with a live sign-in, and note who it is for logs and audit."""
    if not hasattr(request, "console_session"):
        request.console_session = _find_session(request)  # type: ignore[attr-defined]
        if request.console_session is not None:  # type: ignore[attr-defined]
            _note(request, request.console_session)  # type: ignore[attr-defined]
    return request.console_session is not None  # type: ignore[attr-defined]


def sign_out(request: HttpRequest) -> None:
    """End the sign-in with its session."""
    if is_let_in(request):
        sessions.end_session(actor=request.user, session=request.console_session)  # type: ignore[arg-type, attr-defined]
    logout(request)


def _change_password(request: HttpRequest, form: NewPasswordForm) -> bool:
    person: Any = request.user
    try:
        made = passwords.change_password(
            actor=person, **form.cleaned_data, origin=origin_of(request)
        )
    except AppError as refusal:
        form.add_error(refusal.attr if refusal.attr in form.fields else None, refusal.message)
        return False
    sessions.end_session(actor=person, session=made.session)
    return True


def _check(request: HttpRequest, form: forms.Form) -> SignIn:
    check = sign_in.sign_in_with_factor if isinstance(form, CodeForm) else sign_in.sign_in
    return check(**form.cleaned_data, origin=origin_of(request), to_console=True)


def _let_in(request: HttpRequest, made: SignIn) -> HttpResponse:
    """Give the browser a session of its own under a new key; the secrets of the sign-in are dropped, so nothing else can use it."""
    login(request, made.session.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SESSION_KEY] = made.session.pk
    request.session.set_expiry(made.session.created_at + sign_in.CONSOLE_AGE)
    response = HttpResponseRedirect(_goal(request))
    set_cookie(response, settings.DEVICE_COOKIE, made.device, days=365)
    return response


def _find_session(request: HttpRequest) -> Session | None:
    if not (request.user.is_active and request.user.is_staff):
        return None
    young = timezone.now() - sign_in.CONSOLE_AGE
    own = Session.objects.live().filter(user=request.user.pk, created_at__gt=young)
    return own.filter(pk=request.session.get(SESSION_KEY, 0)).first()


def _note(request: HttpRequest, session: Session) -> None:
    context.credential.set(f"admin:{session.pk}")
    request.person_id = session.user_id  # type: ignore[attr-defined]
    now = timezone.now()
    if session.last_used_at < now - LAST_USED_STEP:
        Session.objects.filter(pk=session.pk).update(last_used_at=now)


def _goal(request: HttpRequest) -> str:
    """Return where to go after signing in: a page of this host, else the first page."""
    goal = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    is_safe = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return goal if is_safe else reverse("admin:index")
