"""What inspection finds, and what it lets pass."""
