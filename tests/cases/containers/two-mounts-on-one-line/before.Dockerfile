FROM python:3.13-slim
WORKDIR /app
RUN \
  --mount=type=bind,from=issue-core,target=/issue-core --mount=type=bind,from=issue-core,target=../Issue_Core \
  uv sync \
