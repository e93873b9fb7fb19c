"""The least a contender needs: the ground floor, a database, and Redis if told so."""

import json
import os

DATABASES = {"default": json.loads(os.environ["CONTENDED_DATABASE"])}
REDIS_URL = os.environ["CONTENDED_REDIS"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_tasks_db",
    "socialsite.lib",
]
SENTRY_DSN = ""
SECRET_KEY = "one key for all contenders, as for all processes of a site"
RATE_LIMIT_SCALE = 1.0
USE_TZ = True
