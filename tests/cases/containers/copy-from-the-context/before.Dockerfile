# syntax=docker/dockerfile:1

# Build with the checkout of issue-core as a named context:
#   docker build --build-context issue-core=../issue-core .

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir "uv>=0.9,<1"

# pyproject.toml says ../issue-core, which is this folder as seen from /app.
COPY --from=issue-core . /issue-core
WORKDIR /app

COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/cache uv sync --locked --no-editable
COPY . .

FROM python:3.13-slim
COPY --from=build /app /app
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "teilnahme.wsgi"]
