FROM python:3.13-slim
WORKDIR /app
ENV PYTHONPATH=/issue-core/src
RUN --mount=type=bind,from=issue-core,target=/issue-core python manage.py check
