FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=bind,from=issue-core,target=/src/issue-core \
    pip install /src/issue-core
