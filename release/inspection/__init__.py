"""Artifacts → findings: what must not be published is found before the first request."""
