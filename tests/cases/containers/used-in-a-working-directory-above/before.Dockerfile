FROM python:3.13-slim
WORKDIR /deps/app
COPY --from=issue-core . /deps/issue-core
WORKDIR /deps
RUN pip install */
