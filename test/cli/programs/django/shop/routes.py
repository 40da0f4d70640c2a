"""The URLs of the page, and one whose view asks the database and the cache."""
import os

import redis
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from .urls import urlpatterns as pages

cache = redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=2)


def visits(request):
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        (one,) = cursor.fetchone()
    return HttpResponse(f"{one} {cache.incr('visits')}")


urlpatterns = [*pages, path("visits/", visits)]
