FROM python:3.13-slim
WORKDIR /app
RUN \
  --mount=type=bind,from=issue-core,target=/a --mount=type=bind,from=issue-core,target=/b \
  uv sync \
