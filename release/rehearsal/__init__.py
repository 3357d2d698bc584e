"""The embedded registry and the example repositories: a release without server or token."""
