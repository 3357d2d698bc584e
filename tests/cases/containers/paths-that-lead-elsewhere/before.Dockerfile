FROM python:3.13-slim
WORKDIR /app
LABEL parts=issue-core
COPY --from=issue-core / /issue-core
ENV ALLOWED_HOSTS=* PATH=/opt/bin:$PATH
RUN rm -rf /var/lib/apt/lists/* ~/.cache/* ./*.pyc && uv sync
COPY --from=ghcr.io/astral-sh/uv /uv /bin/
CMD ["gunicorn", "--forwarded-allow-ips", "*"]
