FROM python:3.13-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/cache/uv \
    --mount=type=bind,from=issue-core,target=/issue-core \
    uv sync --locked --no-install-project
COPY . .
