# The image of web and worker in the grown form (compose.yaml). Libraries first, so that a change of the code builds in seconds.
FROM python:3.12-slim-bookworm AS libraries
COPY requirements.txt requirements-scale.txt /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.txt -r /requirements-scale.txt

FROM python:3.12-slim-bookworm
# pg_dump for `manage.py backup`; it must not be older than the server of compose.yaml.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home site \
 && install -d -o site -g site /data
COPY --from=libraries /venv /venv
COPY --chown=root:root . /site
RUN /venv/bin/python -m compileall -q /site
WORKDIR /site
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
USER site
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', 8000)}/health\", timeout=4)"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--no-worker"]
