FROM python:3.13-slim
WORKDIR /app
RUN <<-'END' sh
	echo "
COPY --from=issue-core . /issue-core
	"
	END
COPY --from=issue-core . /opt/core
COPY <<END /app/notes
COPY --from=issue-core . /opt/other
END
RUN uv sync --locked
