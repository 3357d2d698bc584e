FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core dist/ ./w/
RUN pip install w/*
