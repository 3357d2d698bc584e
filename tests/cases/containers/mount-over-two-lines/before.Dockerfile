FROM python:3.13-slim
RUN --mount=type=bind,from=issue-core,\
target=/c uv sync
