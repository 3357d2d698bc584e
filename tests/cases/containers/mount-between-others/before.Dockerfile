FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=cache,target=/cache/uv --mount=type=bind,source=.,from=issue-core,dst=../issue-core,rw uv sync --locked
