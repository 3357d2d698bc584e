FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core config/defaults.yml /etc/issue-core/defaults.yml
COPY --from=issue-core README.md config /issue-core/
