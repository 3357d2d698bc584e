FROM python:3.13-slim
COPY issue-core/ /issue-core/
COPY vergabe-teilnahme/ /app/
WORKDIR /app
