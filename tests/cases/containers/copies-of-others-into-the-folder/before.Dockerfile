FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core . /issue-core
COPY patches ../issue-core/patches
RUN uv sync
