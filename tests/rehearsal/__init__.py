"""The rehearsal: example repositories and their registry."""
