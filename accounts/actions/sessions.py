"""Signing in and out: one row per sign-in, which its cookie, access tokens and refresh tokens share."""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from accounts.events import SessionEnded, SignedIn
from accounts.models import KnownDevice, RefreshToken, Session, User
from accounts.secrets import (
    ACCESS_LIFETIME,
    hash_secret,
    invalid_token,
    make_access_token,
    make_secret,
)
from socialsite.lib.effects import emit
from socialsite.lib.errors import NotSignedIn


@dataclass(frozen=True)
class Origin:
    """Where a sign-in comes from."""

    address: str
    user_agent: str = ""
    device: str = ""
    """The secret of the device cookie, or empty"""

    cookie: str = ""
    """The secret of a session cookie that the new one takes the place of, or empty"""

    @property
    def device_mark(self) -> str:
        """What is stored of the device cookie; the first word keeps a cookie from passing for a program."""
        return hash_secret(f"device {self.device}") if self.device else ""

    @property
    def fingerprints(self) -> list[str]:
        """What the device is known by: its cookie, and its address with its program."""
        program = hash_secret(f"program {self.address} {self.user_agent}")
        return [self.device_mark, program] if self.device else [program]


@dataclass(frozen=True)
class SignIn:
    """A new sign-in with the secrets that are shown once."""

    session: Session
    cookie: str
    device: str
    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())


@transaction.atomic
def open_session(*, actor: User, origin: Origin, is_first: bool = False) -> SignIn:
    """Sign a person in; `is_first` right after registration, when no mail about a new device is due.

    `actor` is the person whose password was checked. Raises NotSignedIn when it was changed, or the person suspended, meanwhile.
    """
    _hold(actor)
    _end_replaced(origin.cookie)
    cookie, refresh, device = make_secret(), make_secret("rt_"), origin.device or make_secret()
    session = Session.objects.create(
        user=actor,
        key_hash=hash_secret(cookie),
        # A link-local IPv6 address names its network card, which PostgreSQL does not take.
        address=origin.address.partition("%")[0] or None,
        user_agent=origin.user_agent[:200],
    )
    RefreshToken.objects.create(session=session, token_hash=hash_secret(refresh))
    is_new = not _is_known(actor, origin)
    _remember(actor, origin, device)
    User.objects.filter(pk=actor.pk).update(last_active_at=session.created_at)
    emit(SignedIn(actor_id=actor.pk, session_id=session.pk, is_new_device=is_new and not is_first))
    return SignIn(session, cookie, device, make_access_token(session), refresh)


def refresh_session(*, refresh_token: str) -> SignIn:
    """Trade a refresh token for a new pair.

    A used one is taken again for 30 s while none of its successors was used; later its return ends the sign-in, because two
    hold it. Raises Invalid (invalid_token), NotSignedIn (account_suspended).
    """
    with transaction.atomic():
        row = _locked_token(refresh_token)
        if not _was_stolen(row):
            return _rotate(row)
    # A transaction of its own: the error must not take it back, and the person's row is locked before the sign-in's.
    end_session(actor=row.session.user, session=row.session)
    raise invalid_token()


@transaction.atomic
def end_session(*, actor: User, session: Session) -> None:
    """End one sign-in: its cookie and all its tokens are refused from now on; twice changes nothing."""
    now = timezone.now()
    # First the person, then the sign-in: whoever changes a password locks them in this order.
    User.objects.select_for_update().only("pk").filter(pk=actor.pk).first()
    if Session.objects.filter(pk=session.pk, user=actor, ended_at__isnull=True).update(
        ended_at=now
    ):
        User.objects.filter(pk=actor.pk).update(last_active_at=now)
        emit(SessionEnded(actor_id=actor.pk, session_id=session.pk))


@transaction.atomic
def end_sessions(*, actor: User, keep: Session | None = None) -> int:
    """End all sign-ins of a person, but for one; returns how many."""
    rows = Session.objects.filter(user=actor, ended_at__isnull=True)
    rows = rows.exclude(pk=keep.pk) if keep else rows
    ended = list(rows.select_for_update().values_list("pk", flat=True))
    Session.objects.filter(pk__in=ended).update(ended_at=timezone.now())
    for pk in ended:
        emit(SessionEnded(actor_id=actor.pk, session_id=pk))
    return len(ended)


@transaction.atomic
def expire_session(*, session_id: int) -> None:
    """End a sign-in whose time is over; it does not count as something the person did."""
    live = Session.objects.filter(pk=session_id, ended_at__isnull=True).select_for_update()
    session = live.first()
    if session is not None:
        live.update(ended_at=timezone.now())
        emit(SessionEnded(actor_id=session.user_id, session_id=session_id))


def end_session_of_token(*, refresh_token: str) -> None:
    """End the sign-in a refresh token belongs to; an unknown token changes nothing (RFC 7009)."""
    row = (
        RefreshToken.objects.select_related("session__user")
        .filter(token_hash=hash_secret(refresh_token))
        .first()
    )
    if row is not None:
        end_session(actor=row.session.user, session=row.session)


def _locked_token(refresh_token: str) -> RefreshToken:
    # The sign-in is locked too: of two tokens of one chain that come at once, the second sees what the first did.
    rows = RefreshToken.objects.select_for_update(of=("self", "session")).select_related(
        "session__user"
    )
    row = rows.filter(token_hash=hash_secret(refresh_token)).first()
    if row is None or not Session.objects.live().filter(pk=row.session_id).exists():
        raise invalid_token()
    if not row.session.user.is_active:
        raise NotSignedIn("account_suspended", "This account is suspended.")
    return row


def _was_stolen(row: RefreshToken) -> bool:
    """Tell whether a used token came back too late or after a successor of it was used, or a twin of an unused one was used.

    Who repeats a refresh gets a twin; were both to live on, a thief's chain would never meet its owner's.
    """
    if row.used_at is None:
        twins = RefreshToken.objects.filter(parent=row.parent_id, used_at__isnull=False)
        return row.parent_id is not None and twins.exists()
    is_late = row.used_at < timezone.now() - RefreshToken.GRACE
    return is_late or row.children.filter(used_at__isnull=False).exists()


def _rotate(row: RefreshToken) -> SignIn:
    now, refresh = timezone.now(), make_secret("rt_")
    RefreshToken.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now)
    RefreshToken.objects.create(session=row.session, parent=row, token_hash=hash_secret(refresh))
    Session.objects.filter(pk=row.session_id).update(last_used_at=now)
    return SignIn(row.session, "", "", make_access_token(row.session), refresh)


def _hold(actor: User) -> None:
    """Lock the person's row, so that a change of password ends this sign-in too or is seen by it."""
    same = User.objects.select_for_update().filter(pk=actor.pk, password=actor.password)
    user = same.first()
    if user is None or not user.is_active:
        raise NotSignedIn("invalid_credentials", "The name or the password is wrong.")


def _end_replaced(cookie: str) -> None:
    """End the sign-in that a browser held until now (T12)."""
    live = Session.objects.filter(key_hash=hash_secret(cookie), ended_at__isnull=True)
    for session in live.select_related("user") if cookie else ():
        end_session(actor=session.user, session=session)


def _is_known(actor: User, origin: Origin) -> bool:
    return KnownDevice.objects.filter(user=actor, fingerprint__in=origin.fingerprints).exists()


def _remember(actor: User, origin: Origin, device: str) -> None:
    marks = replace(origin, device=device).fingerprints
    rows = [KnownDevice(user=actor, fingerprint=mark) for mark in marks]
    KnownDevice.objects.bulk_create(rows, ignore_conflicts=True)
    KnownDevice.objects.filter(user=actor, fingerprint__in=marks).update(seen_at=timezone.now())
