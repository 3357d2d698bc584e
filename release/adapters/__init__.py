"""The only rooms with doors to the outside: processes, network, files, environment.

Nothing in here decides anything about a release; a stage gets what it needs as an
argument. A test over the imports keeps subprocess, sockets, httpx, twine, tempfile,
shutil and os out of every other module.
"""
