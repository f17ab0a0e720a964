# Yorisoi in a slim image, as a user without rights. Build: docker build -t yorisoi .
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock ./
RUN python -m venv /opt/yorisoi && /opt/yorisoi/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY scheduler scheduler
COPY storage storage
COPY locales locales
RUN /opt/yorisoi/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin yorisoi \
 && install -d -o yorisoi -g yorisoi -m 0700 /data
COPY --from=build /opt/yorisoi /opt/yorisoi
ENV PATH=/opt/yorisoi/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    YORISOI_ENV=production \
    YORISOI_STORAGE_URL=file:///data/files
USER 10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["yorisoi"]
CMD ["serve"]
