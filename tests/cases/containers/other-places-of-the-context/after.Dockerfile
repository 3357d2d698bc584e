ARG CORE="issue-core"
FROM issue-core AS core
FROM python:3.13-slim
ONBUILD COPY --from=issue-core . /core
COPY --from=${CORE} . /core
