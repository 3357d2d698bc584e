"""The tests mirror ``release/``; cases are folders of files."""
