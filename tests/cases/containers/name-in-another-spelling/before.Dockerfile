from python:3.13-slim as build
workdir app
workdir /app
workdir lib
  copy --from=Issue_Core . ../../Issue_Core
run uv sync
