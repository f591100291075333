"""The WSGI entry point."""

from django.core.wsgi import get_wsgi_application

from portal.settings.env import select_settings

select_settings()
application = get_wsgi_application()
