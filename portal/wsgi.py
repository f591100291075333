"""The WSGI entry point."""

import gc

from django.core.wsgi import get_wsgi_application

from portal.settings.env import select_settings

select_settings()
application = get_wsgi_application()

# What was made at the start stays to the end: looking through it for what is no longer used, at every few hundred
# objects, is a tenth of the cost of a submission.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
