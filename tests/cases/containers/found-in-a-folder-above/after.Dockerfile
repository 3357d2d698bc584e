FROM python:3.13-slim
WORKDIR /wheels/app
COPY --from=issue-core . /wheels/issue-core
RUN pip install --find-links /wheels app
