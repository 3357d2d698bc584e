FROM python:3.13-slim AS build
WORKDIR /src/app
COPY --from=issue-core . ../issue-core
COPY . .
RUN uv sync --locked

FROM build AS tests
RUN python manage.py test

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /src/issue-core /src/issue-core
COPY --from=build /src/app /src/app
