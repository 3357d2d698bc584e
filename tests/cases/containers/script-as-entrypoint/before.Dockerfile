FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core scripts/entrypoint.sh /usr/local/bin/
ENTRYPOINT ["entrypoint.sh"]
