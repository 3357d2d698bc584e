FROM python:3.13-slim
WORKDIR /deps/app
RUN --mount=type=bind,from=issue-core,target=/deps/issue-core cd /deps && pip install ./issue-core
