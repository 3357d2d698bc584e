from python:3.13-slim as build
workdir app
workdir /app
workdir lib
run uv sync
