"""The site's password hasher at its lowest cost, for tests that sign many people up."""

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class QuickBCryptSHA256(BCryptSHA256PasswordHasher):
    """bcrypt-sha256 with 2^4 rounds instead of 2^12."""

    rounds = 4
