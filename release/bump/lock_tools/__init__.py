"""One module per lock tool."""
