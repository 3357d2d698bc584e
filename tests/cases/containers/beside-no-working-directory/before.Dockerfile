FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core . /deps/issue-core
COPY --from=issue-core . /core
RUN uv sync --locked
