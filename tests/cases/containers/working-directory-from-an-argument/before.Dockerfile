FROM python:3.13-slim
ARG HOME=/srv
WORKDIR ${HOME}
COPY --from=issue-core . core
COPY --from=issue-core . /issue-core
