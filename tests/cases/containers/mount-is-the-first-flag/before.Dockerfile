FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=bind,from=issue-core,target=/issue-core \
    # the cache of uv
    --mount=type=cache,target=/cache/uv \
    uv sync --locked
