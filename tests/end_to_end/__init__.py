"""The installed command, from the tag to the consumer's lockfile."""
