"""What several tests share: real repositories, registries, wheels and commands."""
