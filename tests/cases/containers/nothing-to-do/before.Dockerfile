# issue-core comes from the index.
FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install "issue-core>=0.2" && python -m issue_core --version

RUN ls /usr/lib/python3/site-packages/issue_core
