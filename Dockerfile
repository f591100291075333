# syntax=docker/dockerfile:1
# One image for web, workers, beat and the commands; docker-compose.yml says which is which.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/runtime.lock /tmp/runtime.lock
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/runtime.lock

FROM python:3.11-slim-bookworm
# What draws the papers; fonts travel with the project.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sportello \
    && install -d -o sportello -g sportello -m 0750 /data
COPY --from=packages /opt/venv /opt/venv
COPY . /app
WORKDIR /app
# The root may be read-only: documents, static files and the schedule go to /data, everything passing to /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    SPORTELLO_ENV=production \
    SPORTELLO_DATA=/data
RUN python -m compileall -q applications portal reporting vouchers
USER sportello
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/salute/', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip()}), timeout=8)"]
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "15", "--access-logfile", "-", \
     "--logger-class", "portal.access_log.DiscreetLogger"]
