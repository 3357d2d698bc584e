"""A wheel that uses every scheme that wheels have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.hostile import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

DATA = "issue_core-0.2.0.data"
FILES = {
    "issue_core/__init__.py": "",
    "issue_core/notes, with a comma.txt": "notes",
    "issue_core/_speed/__init__.py": "",
    "issue_tools.py": "",
    "_issue_speed.cpython-311-x86_64-linux-gnu.so": "no library",
    "issue_core-stubs/__init__.pyi": "",
    "issue_core_stubs-/x.py": "",
    "licenses/LICENSE": "MIT",
    "setup.cfg": "",
    f"{DATA}/purelib/pure_core.py": "",
    f"{DATA}/platlib/plat_core/__init__.py": "",
    f"{DATA}/scripts/issue-script": "#!python\nprint('script')\n",
    f"{DATA}/scripts/issue-shell": "#!/bin/sh\ntrue\n",
    f"{DATA}/data/share/issue/manual.txt": "manual",
    f"{DATA}/headers/issue.h": "int issue;",
}


def make_wheel_of_every_scheme(folder: Path) -> Path:
    """Return the wheel, made in ``folder``."""
    return make_wheel(
        folder,
        "issue-core",
        "0.2.0",
        requires=["attrs>=23", 'idna; extra == "net"'],
        files=FILES,
        scripts={"issue": "issue_core:main"},
    )
