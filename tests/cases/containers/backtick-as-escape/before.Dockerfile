# escape=`
FROM mcr.microsoft.com/windows/python
WORKDIR /app
COPY --from=issue-core `
     . /issue-core
RUN pip install `
    .
