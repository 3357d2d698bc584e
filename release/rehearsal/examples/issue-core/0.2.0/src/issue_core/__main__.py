"""``python -m issue_core``."""

from issue_core.cli import main

raise SystemExit(main())
