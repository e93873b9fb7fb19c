"""What every test may ask for: the key, isolation (in the plugin) and the cast."""

import os

os.environ.setdefault("SECRET_KEY", "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ["RATE_LIMIT_SCALE"] = "1"

pytest_plugins = [
    "socialsite.lib.testing.plugin",
    "socialsite.lib.testing.sockets",
    "accounts.testing_plugin",
]
