FROM python:3.13-slim
WORKDIR /app
COPY ../issue-core /issue-core
COPY ["../issue-core/pyproject.toml", "../issue-core/src", "/issue-core/"]
COPY . .
RUN uv sync --locked
