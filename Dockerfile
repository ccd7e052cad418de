# Duet in a container. docs/operations.md says how to run it, compose.yaml runs it with PostgreSQL.

FROM python:3.11-slim-bookworm AS build
COPY requirements-run.lock /build/
RUN python -m venv /opt/duet \
 && /opt/duet/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements-run.lock

FROM python:3.11-slim-bookworm
# Whatever Duet writes is in /data: nothing else belongs to the user it runs as.
RUN useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin duet
COPY --from=build /opt/duet /opt/duet
COPY bot /app/bot
COPY handlers /app/handlers
COPY storage /app/storage
COPY playground /app/playground
COPY manifest.yml LICENSE /app/
COPY deploy/duet /usr/local/bin/duet
ENV PATH=/opt/duet/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/duet.db \
    DUET_MONITOR_PORT=9464
RUN python -m compileall -q /app && PYTHONDONTWRITEBYTECODE='' python -m bot.ui.catalogues
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 3000 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['DUET_MONITOR_PORT'] + '/healthz', timeout=3)"]
ENTRYPOINT ["duet"]
CMD ["run"]
