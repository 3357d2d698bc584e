FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core . /issue-core
ADD --link --chown=1000:1000 --from="issue-core" ./src /issue-core/src
RUN --mount=type=bind,from=issue-core,target=/issue-core uv sync
