FROM python:3.13-slim
WORKDIR /app

COPY --from=issue-core . /issue-core

RUN --mount=type=bind,from=issue-core,target=/issue-core uv sync
