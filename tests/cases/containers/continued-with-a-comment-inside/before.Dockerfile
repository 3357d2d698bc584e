FROM python:3.13-slim
WORKDIR /app

COPY --from=issue-core \
    --chown=app:app \
    # everything that its build needs
    pyproject.toml src \

    /issue-core/

COPY . .
