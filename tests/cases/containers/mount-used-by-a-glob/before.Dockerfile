FROM python:3.13-slim
WORKDIR /app
RUN --mount=type=bind,from=issue-core,source=requirements.txt,target=/tmp/req.txt pip install -r /tmp/r*.txt
RUN --mount=type=bind,from=issue-core,target=/issue-core pip install -r/is*/requirements.txt
