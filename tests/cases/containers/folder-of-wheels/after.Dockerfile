FROM python:3.13-slim
WORKDIR /app
COPY --from=issue-core dist/ /wheels/ic/
RUN pip install --find-links /wheels app
