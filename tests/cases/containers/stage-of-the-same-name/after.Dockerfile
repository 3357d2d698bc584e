FROM python:3.13-slim AS issue-core
WORKDIR /src
RUN pip wheel --wheel-dir /wheels issue-core

FROM python:3.13-slim
COPY --from=issue-core /wheels /wheels
RUN --mount=type=bind,from=issue-core,source=/wheels,target=/w pip install issue-core
