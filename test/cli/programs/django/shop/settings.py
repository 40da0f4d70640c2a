"""A project with a database, a cache and a queue, as the environment names them."""
import os
from urllib.parse import urlsplit

database = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "shop.routes"
INSTALLED_APPS = []
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": database.hostname,
        "PORT": database.port,
        "USER": database.username,
        "PASSWORD": database.password,
        "NAME": database.path.lstrip("/"),
        "OPTIONS": {"connect_timeout": 2},
    }
}
