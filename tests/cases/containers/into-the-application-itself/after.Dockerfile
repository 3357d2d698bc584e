FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core src/ .
COPY --from=issue-core src/ ${TARGET}/issue-core
COPY --from=issue-core LICENSE /
