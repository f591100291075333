"""A worker without its guards, for the control: it imports this module before it takes any job.

Every hint is run, whoever else is at it and whatever was done before; a file is stored under a key of its own.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from applications.documents import receipts
from applications.models import Application
from portal.models import Document
from portal.services import documents
from portal.services.jobs import PromisedTask


def _careless_call(self: PromisedTask, *args: Any, **kwargs: Any) -> Any:
    return self.run(*args, **kwargs)


def _careless_render(application: Application) -> None:
    data = receipts.to_pdf(receipts.receipt_facts(application))
    _careless_attach(application, data, now=application.created_at)


def _careless_attach(application: Application, data: bytes, *, now: datetime) -> Document:
    key, name = f"receipt:{uuid4()}", f"ricevuta-{application.pk}.pdf"
    made = documents.store(kind="receipt", name=name, media_type="application/pdf", data=data, key=key, now=now)
    Application.objects.filter(pk=application.pk).update(receipt=made)
    return made


PromisedTask.__call__ = _careless_call  # type: ignore[method-assign]
receipts.render = _careless_render
