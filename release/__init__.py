"""From a private package's tag to every consumer's lockfile, on a self-hosted Gitea."""
