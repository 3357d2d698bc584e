FROM python:3.13-slim
WORKDIR /app
RUN \
    # the cache of uv
    --mount=type=cache,target=/cache/uv \
    uv sync --locked
