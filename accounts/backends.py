"""How Django's admin finds the person of its session; its sign-in page checks the password (accounts.console)."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User


class StaffBackend(BaseBackend):
    """Loads staff only, so that a person who lost the role or is suspended loses the admin with the next request."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user and user.is_staff and user.is_active else None
