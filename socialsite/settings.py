"""Settings: one file for every form of the site; only the environment differs (`.env.example` explains each variable)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from socialsite import env
from socialsite.env import BASE_DIR, read

DATA_DIR = read("DATA_DIR", BASE_DIR / "var", Path).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = read("DEBUG", default=False, cast=env.flag)
SECRET_KEY = env.secret_key(DATA_DIR)
HOST = read("HOST", "0.0.0.0", str)  # noqa: S104 - the brief asks for all interfaces
PORT = read("PORT", 8000, env.whole(1, 65535))
FRONTEND_URL = read("FRONTEND_URL", f"http://localhost:{PORT}", env.origin)
API_URL = read("API_URL", FRONTEND_URL, env.origin)
SITE_NAME = "Social site"
HTTPS = urlsplit(FRONTEND_URL).scheme == "https"
ALLOWED_HOSTS = read("ALLOWED_HOSTS", env.default_hosts(), env.words)
if frontend_host := urlsplit(FRONTEND_URL).hostname:
    ALLOWED_HOSTS.append(frontend_host)
CORS_ALLOWED_ORIGINS: list[str] = read("CORS_ALLOWED_ORIGINS", [], env.origins)
REDIS_URL = read("REDIS_URL", "", env.redis)
NODE_ID = read("NODE_ID", None, env.node)
RATE_LIMIT_SCALE = read("RATE_LIMIT_SCALE", 1.0, env.positive)
API_DOCS = read("API_DOCS", default=True, cast=env.flag)
SENTRY_DSN = read("SENTRY_DSN", "", env.sentry)
GUESTS = read("GUESTS", default=True, cast=env.flag)
ALT_TEXT_REQUIRED = read("ALT_TEXT_REQUIRED", default=False, cast=env.flag)
SPAM_SCORER = read("SPAM_SCORER", "moderation.scoring.score", str)
VIEW_RETENTION_DAYS = read("VIEW_RETENTION_DAYS", 90, env.whole(1, 3650))
EVENT_RETENTION_DAYS = read("EVENT_RETENTION_DAYS", 90, env.whole(1, 3650))
TRENDING_SECONDS = read("TRENDING_SECONDS", 900, env.whole(1, 86400))
FEED_ORDER_SECONDS = read("FEED_ORDER_SECONDS", 60, env.whole(0, 600))
FEED_SIGNALS_SECONDS = read("FEED_SIGNALS_SECONDS", 300, env.whole(0, 600))
FEED_SUGGESTIONS_SECONDS = read("FEED_SUGGESTIONS_SECONDS", 300, env.whole(0, 600))
FEED_SESSION_SECONDS = read("FEED_SESSION_SECONDS", 900, env.whole(60, 86400))
SEARCH_SESSION_SECONDS = read("SEARCH_SESSION_SECONDS", 900, env.whole(60, 86400))
PEOPLE_SUGGESTIONS_SECONDS = read("PEOPLE_SUGGESTIONS_SECONDS", 600, env.whole(60, 86400))
VIEW_FLUSH_SECONDS = read("VIEW_FLUSH_SECONDS", 5, env.whole(0, 3600))
OUTBOUND_ALLOWED_NETWORKS: list[Any] = read("OUTBOUND_ALLOWED_NETWORKS", [], env.networks)
OUTBOUND_CA_FILE = read("OUTBOUND_CA_FILE", "", env.file)
METRICS_TOKEN = read("METRICS_TOKEN", "", str)
WEB_CONCURRENCY = read("WEB_CONCURRENCY", 1, env.whole(1, 1024))
WEB_THREADS = read("WEB_THREADS", 4, env.whole(1, 64))
TRUSTED_PROXIES = read("TRUSTED_PROXIES", 0, env.whole(0, 8))
ACCEL_REDIRECT = read("ACCEL_REDIRECT", default=False, cast=env.flag)
LOG_LEVEL = read("LOG_LEVEL", "INFO", str).upper()
MAX_BODY_BYTES = 1024 * 1024
UPLOAD_LIMITS: dict[str, int] = {}  # prefix of a path -> bytes, where a body may be larger
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
SLOW_BODY_SECONDS = 30

INSTALLED_APPS = [
    "daphne",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "socialsite.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "django_filters",
    "django_tasks_db",
    "import_export",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    # Ours, lowest floor first: effects are heard in this order.
    "socialsite.lib",
    "accounts",
    "notifications",
    "analytics",
    "search",
    "moderation",
    "engagement",
    "posts",
    "chat",
    "network",
    "operations",
]
OUR_APPS = INSTALLED_APPS[INSTALLED_APPS.index("socialsite.lib") :]

MIDDLEWARE = [
    "socialsite.lib.middleware.RequestMiddleware",
    "socialsite.lib.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "socialsite.lib.middleware.ApiCorsMiddleware",
    # Sessions, users and messages of Django's own kind serve the admin alone.
    "socialsite.lib.middleware.AdminSessionMiddleware",
    "socialsite.lib.middleware.AdminCsrfMiddleware",
    "socialsite.lib.middleware.AdminAuthenticationMiddleware",
    "socialsite.lib.middleware.AdminMessageMiddleware",
    "socialsite.lib.middleware.AdminContentPolicyMiddleware",
]
ROOT_URLCONF = "socialsite.urls"
WSGI_APPLICATION = "socialsite.wsgi.application"
ASGI_APPLICATION = "socialsite.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Storage. IMMEDIATE transactions are what keeps SQLite from answering "database is locked" to a read-then-write.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;"
    ),
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": read(
        "DATABASE_URL",
        {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "site.sqlite3")},
        env.database,
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if SQLITE:
    DATABASES["default"]["ENGINE"] = "socialsite.lib.sqlite"
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # A file, not memory: the tests of concurrency open it from several threads.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["ENGINE"] = "socialsite.lib.postgres"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Without JIT: to compile the rule of who sees what takes PostgreSQL a second, to answer it milliseconds.
    options = "-c lock_timeout=15s -c jit=off"
    DATABASES["default"]["OPTIONS"] = {"options": options, "connect_timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Feeds that were begun: about 20 kB each, and three small things beside it.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Mail: one .eml file each, or a server.
MAIL_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = f"{SITE_NAME} <no-reply@{urlsplit(FRONTEND_URL).hostname}>"
EMAIL: dict[str, Any] = read(
    "EMAIL_URL", {"EMAIL_BACKEND": "socialsite.lib.mail.EmlBackend"}, env.mail
)
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(EMAIL.get("EMAIL_USE_SSL", False))
EMAIL_TIMEOUT = 10

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Browsers. What needs https follows FRONTEND_URL, so that a plain local network works.
_HOST_PREFIX = "__Host-" if HTTPS else ""
API_SESSION_COOKIE = f"{_HOST_PREFIX}session"
DEVICE_COOKIE = f"{_HOST_PREFIX}device"
SESSION_COOKIE_NAME = f"{_HOST_PREFIX}admin"
SESSION_COOKIE_AGE = 30 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{_HOST_PREFIX}csrftoken"
CSRF_TRUSTED_ORIGINS = [FRONTEND_URL, *CORS_ALLOWED_ORIGINS]
CSRF_FAILURE_VIEW = "socialsite.lib.api.fallbacks.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_HEADERS = [
    "accept", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "last-event-id",
    "x-csrftoken", "x-request-id",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "ETag", "Link", "Location", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining",
    "X-RateLimit-Reset", "X-Request-Id",
]  # fmt: skip

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.CredentialAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["socialsite.lib.api.access.DenyAll"],
    "DEFAULT_PARSER_CLASSES": ["socialsite.lib.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["socialsite.lib.api.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "socialsite.lib.api.failures.handle",
    "DEFAULT_SCHEMA_CLASS": "socialsite.lib.api.schema.Schema",
    "UNAUTHENTICATED_USER": "accounts.models.Anonymous",
    "URL_FORMAT_OVERRIDE": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_FORMATTER_CLASS": "socialsite.lib.api.failures.Formatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "VERSION": "1.0.0",
    "DESCRIPTION": "People, who follows and knows whom, posts, feeds, trends, search, notifications, activity and moderation.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["socialsite.lib.api.access.AllowAll"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["socialsite.lib.api.twins.separate"],
    "POSTPROCESSING_HOOKS": [
        # Not the library's hook that names choices: what it calls them changes with every new field.
        "socialsite.lib.api.twins.merge",
        "socialsite.lib.api.refusals.publish",
    ],
}

# The admin
UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_SUBHEADER": "Moderation and operations",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_SYMBOL": "shield_person",
    # In the page itself, so that no browser asks for one at the root.
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "href": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%239810fa'/%3E%3C/svg%3E",
        }
    ],
}
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOGGING_CONFIG = "socialsite.lib.logs.configure"
LOGGING = {"level": LOG_LEVEL}
SILENCED_SYSTEM_CHECKS = [
    "security.W001",  # Django's security headers are set by SecurityHeadersMiddleware, which is Django's own in one layer
    "security.W002",  # and so is X-Frame-Options
    "security.W003",  # CSRF is ours: AdminCsrfMiddleware for the forms, the API's authentication for cookies
]
