# Datong in one container: API, scheduler, worker and the embedded PostgreSQL. /data holds the database and the master key.
# Where DATABASE_URL is given it is one of many processes on that database (compose.cluster.yaml).
FROM node:24-bookworm-slim

ENV DATONG_HOST=0.0.0.0 \
    DATONG_PORT=8180 \
    DATONG_DATA=/data \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    TZ=Asia/Shanghai

# PostgreSQL never runs as root.
RUN useradd --create-home --uid 10001 datong && mkdir -p /data /opt/datong && chown datong:datong /data /opt/datong
WORKDIR /opt/datong
COPY --chown=datong:datong . .
USER datong

# Installs what the program needs, builds the console, and leaves the compiled code for every start of the container.
RUN node tools/bootstrap.mjs --words start && node packages/cli/bin/datong.js version

VOLUME /data
EXPOSE 8180
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD node -e "fetch('http://127.0.0.1:'+process.env.DATONG_PORT+'/healthz/readiness').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
# SIGTERM drains and ends within ten seconds.
STOPSIGNAL SIGTERM
CMD ["node", "packages/cli/bin/datong.js", "serve"]
