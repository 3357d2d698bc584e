FROM python:3.13-slim
WORKDIR /deps/app
COPY --from=issue-core . ../issue-core
RUN for folder in /deps/*; do pip install "$folder"; done
