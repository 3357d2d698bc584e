"""Tests of release.bump.lock_tools."""
