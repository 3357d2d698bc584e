"""How Sphinx builds these pages."""

from importlib.metadata import version as installed_version

project = "tag-to-lock"
author = "The tag-to-lock maintainers"
project_copyright = f"2026 {author}"
release = installed_version("tag-to-lock")
version = release

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "tag-to-lock"
html_show_sphinx = False
