FROM python:3.13-slim
WORKDIR /app
RUN \
  uv sync \
