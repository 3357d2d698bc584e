FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN uv sync --locked
