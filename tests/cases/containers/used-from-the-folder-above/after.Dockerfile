FROM python:3.13-slim
WORKDIR /deps/app
COPY --from=issue-core . /deps/issue-core
RUN cd /deps && pip install ./issue-core
