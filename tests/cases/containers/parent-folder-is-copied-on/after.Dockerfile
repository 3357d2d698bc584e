FROM python:3.13-slim AS build
COPY --from=issue-core . /libraries/issue-core
FROM python:3.13-slim
COPY --from=build /libraries /libraries
