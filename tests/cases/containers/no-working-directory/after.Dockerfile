FROM python:3.13-slim
COPY --from=issue-core . issue-core
