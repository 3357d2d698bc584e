FROM python:3.13-slim
WORKDIR /app
RUN <<\EOF cat > /notes
COPY --from=Issue_Core . /core
EOF
RUN <<"E OF" cat > /more
COPY --from=Issue_Core . /core
E OF
ONBUILD RUN <<EOF
COPY --from=Issue_Core . /core
EOF
RUN echo "<<EOF" $((1<<2))
RUN ["cat", "<<EOF"]
RUN uv sync --locked
