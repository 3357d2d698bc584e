FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=cache,target=/cache/uv uv sync --locked
