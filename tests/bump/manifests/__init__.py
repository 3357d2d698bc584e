"""Tests of the manifest formats, one module each."""
