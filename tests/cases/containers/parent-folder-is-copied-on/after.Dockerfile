FROM python:3.13-slim AS build
WORKDIR /libraries/app
COPY --from=issue-core . /libraries/issue-core
FROM python:3.13-slim
COPY --from=build /libraries /libraries
