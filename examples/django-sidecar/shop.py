"""A Django site in one file: gunicorn --bind 127.0.0.1:8000 --workers 2 shop:application"""
import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path

database = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["shop.example"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": database.hostname,
            "PORT": database.port,
            "USER": database.username,
            "PASSWORD": database.password,
            "NAME": database.path.lstrip("/"),
        }
    },
)


def now(request):
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        return HttpResponse(str(cursor.fetchone()[0]))


urlpatterns = [path("", now), path("ping/", lambda request: HttpResponse("pong"))]
application = get_wsgi_application()
