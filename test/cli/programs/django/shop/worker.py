"""The tasks of the project; `signals` is the code of the page."""
import os

from celery import Celery

app = Celery("shop", broker=os.environ["CELERY_BROKER_URL"])
app.conf.task_ignore_result = True
app.conf.broker_transport_options = {"socket_timeout": 5}


@app.task(name="shop.mail")
def mail(to):
    return to


from . import signals  # noqa: E402,F401
