"""Settings of Safar: every knob an operator may turn is an environment variable named here.

With nothing set, Safar runs as a trial: embedded database, keys made on first start, demo content, no HTTPS.
"""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from safar.config.neutral import NEVER_IN_MESSAGES
from safar.foundation.database.configuration import connection_settings
from safar.foundation.languages.names import register_languages

env = Env()
BASE_DIR = Path(__file__).resolve().parents[2]

# -- where things are kept ---------------------------------------------------------------------------------
SAFAR_DATA = Path(env.str("SAFAR_DATA", str(BASE_DIR / "var")))
SAFAR_KEYS = Path(env.str("SAFAR_KEYS", str(SAFAR_DATA / "keys")))
SAFAR_FILES = Path(env.str("SAFAR_FILES", str(SAFAR_DATA / "files")))
SAFAR_CHECKPOINTS = env.str("SAFAR_CHECKPOINTS", "")

# -- what kind of installation this is ---------------------------------------------------------------------
SAFAR_DEMO = env.bool("SAFAR_DEMO", not env.str("DATABASE_URL", ""))
SAFAR_HTTPS = env.bool("SAFAR_HTTPS", False)
SAFAR_HELPLINE = env.str("SAFAR_HELPLINE", "+998 00 000 00 00" if SAFAR_DEMO else "")
SAFAR_OPERATOR = env.str("SAFAR_OPERATOR", "")
SAFAR_CONTACT = env.str("SAFAR_CONTACT", "")
SAFAR_EXIT_URL = env.str("SAFAR_EXIT_URL", "https://www.google.com/search?q=ob-havo")
SAFAR_API_REQUESTS_A_MINUTE = env.int("SAFAR_API_REQUESTS_A_MINUTE", 600)
SAFAR_WEBHOOKS_TO_LOOPBACK = env.bool("SAFAR_WEBHOOKS_TO_LOOPBACK", False)
SAFAR_POLICY = "safar.config.policy"
SAFAR_PUBLIC_URL = env.str("SAFAR_PUBLIC_URL", "http://localhost:8000")
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    from safar.foundation.encryption.secret import trial_secret

    SECRET_KEY = trial_secret(SAFAR_KEYS)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "safar.directory.staff.apps.SessionListConfig",
    "safar.foundation.database",
    "safar.foundation.languages",
    "safar.foundation.encryption",
    "safar.foundation.access",
    "safar.foundation.history",
    "safar.foundation.actions",
    "safar.foundation.registers",
    "safar.foundation.files",
    "safar.foundation.indicators",
    "safar.foundation.messages",
    "safar.directory.places",
    "safar.directory.organisations",
    "safar.directory.staff",
    "safar.directory.people",
    "safar.citizens.recruiters",
    "safar.doors.website",
    "safar.doors.workbench",
    "safar.doors.api",
]

MIDDLEWARE = [
    "safar.config.logs.RequestNumberMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "safar.config.asking.AskingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "safar.directory.staff.sessions.SessionClockMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "safar.foundation.access.middleware.ActorMiddleware",
    "safar.doors.workbench.signing_in.FreshCodeMiddleware",
    "safar.foundation.actions.middleware.AnswersMiddleware",
]

ROOT_URLCONF = "safar.config.urls"
WSGI_APPLICATION = "safar.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "safar.doors.website.context.site",
            ],
        },
    }
]
FORM_RENDERER = "safar.doors.website.forms.Renderer"

# -- database: one dialect, one alias, two roles (safar.foundation.database) --------------------------------
DATABASES = {"default": connection_settings(SAFAR_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "safar.foundation.database.cache.SharedCache",
        "LOCATION": "shared_cache",
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
PGHISTORY_OBJ_FIELD = None
PGHISTORY_CONTEXT_FIELD = None

# -- people who sign in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "safar.directory.staff.passwords.NoHouseWords"},
]
PASSWORD_HASHERS = [
    "safar.directory.staff.hashing.DearScrypt",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench:day"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "safar.directory.staff.sign_in.AccountAdapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "safar.directory.staff.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Safar"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("SAFAR_PROXIES", int(SAFAR_HTTPS))
SAFAR_IDLE_MINUTES = env.int("SAFAR_IDLE_MINUTES", 30)
SESSION_ENGINE = "safar.directory.staff.session_store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "safar.foundation.encryption.telling.SealedMessages"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"

# -- languages ---------------------------------------------------------------------------------------------
register_languages()
LANGUAGE_CODE = "uz"
LANGUAGES = [
    ("uz", _("Uzbek")),
    ("uz-cyrl", _("Uzbek, Cyrillic")),
    ("ru", _("Russian")),
    ("en", _("English")),
]
LOCALE_PATHS = [BASE_DIR / "safar" / "foundation" / "languages" / "catalogues"]
FORMAT_MODULE_PATH = ["safar.foundation.languages.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tashkent"
USE_THOUSAND_SEPARATOR = True

# -- static files, uploads ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("SAFAR_STATIC", str(SAFAR_DATA / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["safar.foundation.files.uploads.BoundedUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# -- messages that leave the house (docs/how-to/messages.md); without an address no channel is used ----------
SAFAR_SMS_URL = env.str("SAFAR_SMS_URL", "")
SAFAR_SMS_EMAIL = env.str("SAFAR_SMS_EMAIL", "")
SAFAR_SMS_PASSWORD = env.str("SAFAR_SMS_PASSWORD", "")
SAFAR_SMS_FROM = env.str("SAFAR_SMS_FROM", "")
SAFAR_TELEGRAM_URL = env.str("SAFAR_TELEGRAM_URL", "")
SAFAR_TELEGRAM_TOKEN = env.str("SAFAR_TELEGRAM_TOKEN", "")
SAFAR_EMAIL_URL = env.str("SAFAR_EMAIL_URL", "")
SAFAR_EMAIL_FROM = env.str("SAFAR_EMAIL_FROM", "")
SAFAR_PHONE_COUNTRY = env.str("SAFAR_PHONE_COUNTRY", "UZ")
SAFAR_PHONE_CODES_TO = env.list("SAFAR_PHONE_CODES_TO", ["998"])
SAFAR_PHONE_CODES_AT_AN_ADDRESS = env.int("SAFAR_PHONE_CODES_AT_AN_ADDRESS", 20)
SAFAR_PHONE_CODES_A_DAY = env.int("SAFAR_PHONE_CODES_A_DAY", 2_000)
SAFAR_NEVER_IN_MESSAGES = NEVER_IN_MESSAGES

# -- browser-side protection -------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "safar.doors.website.errors.csrf_failure"
if SAFAR_HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^api/", r"^check\.json$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- logs: ids only; read by a person at a terminal, by a machine everywhere else ---------------------------
SAFAR_LOG_AS = env.str("SAFAR_LOG_AS", "text" if sys.stderr and sys.stderr.isatty() else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "safar.config.logs.text_lines"},
        "json": {"()": "safar.config.logs.json_lines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": SAFAR_LOG_AS}},
    "root": {"handlers": ["console"], "level": env.str("SAFAR_LOG", "WARNING")},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # They write the address asked for, and a bot's token stands in it.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
