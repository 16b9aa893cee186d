# The image of a central worker: `belay worker`. Built by docker-compose.yml, or: docker build -t belay-worker:0.1.0 .
# No container engine was at hand where this was written: its steps were run by hand, the image was not built.
# The agent of a host does not belong in a container: it starts and stops what runs on the host (deploy/systemd).

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# It builds first (prepack).
RUN npm pack --pack-destination /tmp
# The package as it is published, with the dependencies of the lock file: an install by name would take newer ones.
RUN mkdir /package && tar -xzf /tmp/belay-*.tgz -C /package --strip-components 1 \
  && cp package-lock.json /package && cd /package && npm ci --omit=dev --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
# git and ssh: releases are resolved, fetched and tagged by the worker. tini: what steps leave behind is reaped.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client tini \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /package /opt/belay
RUN npm install --global --no-audit --no-fund /opt/belay \
  && mkdir /var/lib/belay && chown node:node /var/lib/belay && chmod 700 /var/lib/belay
ENV NODE_ENV=production BELAY_STATE_DIRECTORY=/var/lib/belay/worker
# Mirrors of repositories, and what steps of the worker have done: a worker started again must get the same one.
VOLUME /var/lib/belay
WORKDIR /var/lib/belay
USER node
# Healthy means: Temporal says that this very container has polled its queues within the last 70 s.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["belay", "worker", "--check"]
ENTRYPOINT ["tini", "--", "belay"]
CMD ["worker"]
