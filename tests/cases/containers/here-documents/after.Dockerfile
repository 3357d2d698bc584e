FROM python:3.13-slim
WORKDIR /app
RUN <<-'END' sh
	echo "
COPY --from=Issue_Core . /core
	"
	END
COPY <<END /app/notes
COPY --from=Issue_Core . /opt/other
END
RUN uv sync --locked
