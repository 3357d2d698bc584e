FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=bind,from=issue-core,target=/issue-core pip install ../issue-core
RUN --mount=type=bind,from=issue-core,target=/issue-core pip install ../Issue_Core
RUN --mount=type=bind,from=issue-core,target=/issue-core --mount=type=cache,from=issue-core,target=/issue-core/.cache uv sync
