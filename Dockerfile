# policybot as a container: nothing but Python and the pinned packages, nobody's user, nothing written outside /data.
#   docker build -t policybot . && docker run --rm --read-only --tmpfs /tmp -v policybot:/data --env-file policybot.env policybot
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY .ci/run.txt .ci/run.txt
RUN python -m venv /opt/policybot \
    && /opt/policybot/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --only-binary :all: --require-hashes -r .ci/run.txt
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot bot
COPY handlers handlers
RUN /opt/policybot/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="policybot" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 policybot \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin policybot \
    && install -d -o policybot -g policybot -m 0700 /data
COPY --from=build /opt/policybot /opt/policybot
# The base image has no bytecode, and copying may round the times that bytecode is checked by; a read-only root would be
# compiled anew at every start.
RUN python -m compileall -q --invalidation-mode unchecked-hash /usr/local/lib/python3* /opt/policybot/lib
ENV PATH=/opt/policybot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    POLICYBOT_DATABASE_URL=sqlite:////data/policybot.db \
    POLICYBOT_METRICS_PORT=9464
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['POLICYBOT_METRICS_PORT']}/readyz\", timeout=4)"]
ENTRYPOINT ["policybot"]
CMD ["serve"]
