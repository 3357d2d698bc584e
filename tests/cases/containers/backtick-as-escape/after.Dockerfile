# escape=`
FROM mcr.microsoft.com/windows/python
WORKDIR /app
RUN pip install `
    .
