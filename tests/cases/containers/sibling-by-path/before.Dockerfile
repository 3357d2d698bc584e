FROM python:3.13-slim
WORKDIR /app
COPY ../issue-core /issue-core
COPY ["../issue-core/README.md", "../issue-core/LICENSE", "/issue-core/"]
COPY . .
RUN uv sync --locked
