FROM python:3.13-slim
WORKDIR /opt/lib/app
COPY --from=issue-core . /opt/lib/issue-core
COPY --from=issue-core src /opt/lib/issue-core/src
ENV PYTHONPATH=/opt/lib
