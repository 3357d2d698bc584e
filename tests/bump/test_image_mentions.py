"""Texts of an image file that may need a folder of the image, and such that do not."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from release.bump.image_mentions import mentions

PLACE = PurePosixPath("/deps/issue-core")
WORKDIR = PurePosixPath("/deps/app")


@pytest.mark.parametrize(
    "text",
    [
        "pip install /deps/issue-core/src",
        "pip install ./issue-core",
        "pip install -f/deps app",
        "pip install -f .. app",
        "pip install --find-links=/deps/ app",
        "pip install --find-links file:///deps app",
        "pip install /srv/../deps/x/../*",
        "pip install ../issue*",
        "pip install -r../i[a-z]*/r.txt",
        "pip install /{deps,opt}/*",
        "pip install $ROOT/*",
        "pip install ${ROOT}/deps",
        "pip install ~/deps",
        "cd / && pip install deps/*",
        "make -C / deps",
        "cd .. && pip install ./*",
        '["sh", "-c", "ls /d*"]',
        "PYTHONPATH=/app:/deps",
    ],
)
def test_what_may_need_the_folder(text: str) -> None:
    """By path, by a folder above, by name, by a glob: the answer errs to yes."""
    assert mentions(text, PLACE, WORKDIR)


@pytest.mark.parametrize(
    "text",
    [
        "pip install .",
        "uv sync --locked",
        "pip install /deps/app /deps/other/*",
        "pip install dist/*.whl",
        "rm -rf / /var/lib/apt/lists/* ~/.cache/* $HOME/.npm/*",
        "cd /srv && cp *.txt .",
        "pip install issue-core-extras",
        "ALLOWED_HOSTS=*",
        "$",
    ],
)
def test_what_leads_elsewhere(text: str) -> None:
    """A path that cannot reach the folder keeps nothing."""
    assert not mentions(text, PLACE, WORKDIR)


def test_unknown_working_directory_may_be_above() -> None:
    """Where the base image sets the working directory, a relative path may lead there."""
    assert mentions("pip install *", PLACE, None)
    assert mentions("ls deps", PLACE, None)
    assert not mentions("ls app", PLACE, None)
