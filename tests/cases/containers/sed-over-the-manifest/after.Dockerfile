FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core . /issue-core
COPY . .
RUN sed -i 's#path = "../issue-core"#path = "/issue-core"#' pyproject.toml && uv sync
