"""Image files: each case is a folder with the file before, after, and what is told."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from release.bump import dockerfile
from release.bump.containers import report, rewrite
from release.errors import EditRefused
from tests.support.hostile import make_wanted

if TYPE_CHECKING:
    from release.model import Wanted

CASES = Path(__file__).parent.parent / "cases" / "containers"


@pytest.fixture
def wanted() -> Wanted:
    """Return what a bump to issue-core 0.2.0 asks."""
    return make_wanted()


def _read(path: Path) -> str:
    return path.read_bytes().decode()


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder: Path, wanted: Wanted) -> None:
    """The file becomes what the case says, byte for byte, and the rest is told."""
    facts = tomllib.loads((folder / "facts.toml").read_text())
    rewritten = rewrite(_read(folder / "before.Dockerfile"), wanted, path="Dockerfile")
    assert rewritten.text == _read(folder / "after.Dockerfile")
    assert len(rewritten.reasons) == facts["removals"]
    told = [(finding.place, finding.message) for finding in rewritten.reports]
    reports = facts.get("report", [])
    assert [place for place, _ in told] == [f"Dockerfile:{item['line']}" for item in reports]
    for (_, message), item in zip(told, reports, strict=True):
        assert item["says"] in message


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_second_run_changes_nothing(folder: Path, wanted: Wanted) -> None:
    """What was rewritten is left alone, with nothing more to do."""
    once = rewrite(_read(folder / "before.Dockerfile"), wanted, path="Dockerfile")
    twice = rewrite(once.text, wanted, path="Dockerfile")
    assert twice.text == once.text
    assert twice.reasons == ()


def test_reason_names_instruction_and_index(wanted: Wanted) -> None:
    """The reason for a removal is a sentence for the pull request."""
    text = "FROM python\nWORKDIR /app\nCOPY --link --from=issue-core . /issue-core\n"
    assert rewrite(text, wanted, path="Dockerfile").reasons == (
        (
            "removed `COPY --link --from=issue-core . /issue-core`: issue-core comes from the "
            "index coulomb now"
        ),
    )


def test_what_stays_is_told_with_the_edit_by_hand(wanted: Wanted) -> None:
    """A copy that stays needs the context; whoever takes that away is told what breaks."""
    text = "FROM python\nCOPY --from=issue-core entrypoint.sh /usr/local/bin/\n"
    (told,) = rewrite(text, wanted, path="web/Dockerfile").reports
    assert told.place == "web/Dockerfile:2"
    assert told.message == (
        "It copies something else than the whole source tree of the package. It stays as it is."
    )
    assert told.next_step == (
        "Change it by hand, so that it needs the folder of issue-core no more: the package comes "
        "from the index coulomb. As long as a line takes files from that folder, go on giving it "
        "to the build (--build-context issue-core=FOLDER): the image cannot be built without it."
    )


def test_example_loses_its_copy_and_nothing_else(wanted: Wanted) -> None:
    """The rehearsal's consumer is converted: the context is needed no more."""
    tree = resources.files("release.rehearsal") / "examples" / "vergabe-teilnahme" / "tree"
    text = (tree / "Dockerfile").read_text("utf-8")
    rewritten = rewrite(text, wanted, path="Dockerfile")
    assert rewritten.text == text.replace("COPY --from=issue-core . /issue-core\n", "")
    assert len(rewritten.reasons) == 1


def test_edit_that_reads_back_otherwise_is_refused(wanted: Wanted) -> None:
    """A removal that would turn a comment into a directive is not made."""
    text = "COPY --from=issue-core . /issue-core\n# escape=`\nFROM python\nRUN uv \\\n  sync\n"
    with pytest.raises(EditRefused, match="would not read back"):
        rewrite(text, wanted, path="Dockerfile")


def test_open_here_document_ends_with_the_file() -> None:
    """A here-document without its end takes the rest; nothing in it is an instruction."""
    (instruction,) = dockerfile.parse("RUN <<END\nCOPY --from=issue-core . /core\n")
    assert (instruction.keyword, instruction.last) == ("RUN", 1)


def test_open_quote_hides_no_instruction() -> None:
    """A line whose quotes stay open begins no here-document, as in BuildKit."""
    found = dockerfile.parse("RUN echo don't <<END\nCOPY . .\nEND\n")
    assert [one.keyword for one in found] == ["RUN", "COPY", "END"]


def test_doubled_escape_continues_nothing() -> None:
    """An escape character that is escaped itself ends the instruction."""
    found = dockerfile.parse("RUN echo \\\\\nCOPY . .\n")
    assert [one.keyword for one in found] == ["RUN", "COPY"]


def test_json_form_that_is_none_has_no_words() -> None:
    """Arguments that only look like JSON are no sources that could be taken apart."""
    (instruction,) = dockerfile.parse('COPY ["../issue-core", /core]\n')
    assert instruction.words() == ()


MENTIONS = {
    "Makefile": (
        (
            "image:\n\tdocker build --build-context issue-core=../issue-core -t app .\n"
            "# issue-core: a library\n"
        ),
        [2],
    ),
    "compose.yaml": (
        (
            "services:\n  web:\n    build:\n      context: .\n      additional_contexts:\n"
            "        issue-core: ../issue-core\n        other: ../other\n"
            "    labels:\n      issue-core: none\n"
        ),
        [6],
    ),
    "compose.list.yaml": (
        "build:\n  additional_contexts:\n    - issue_core=../issue-core\n\n    - other=../other\n",
        [3],
    ),
    ".gitea/workflows/image.yaml": (
        (
            "      - uses: docker/build-push-action@v6\n        with:\n"
            '          build-contexts: "issue-core=../issue-core"\n'
        ),
        [3],
    ),
    ".gitea/workflows/other.yaml": (
        (
            "        with:\n          build-contexts: |\n            base=../base\n"
            "            issue-core=${{ github.workspace }}/issue-core\n          push: true\n"
        ),
        [4],
    ),
    "docker-bake.hcl": ('target "app" {\n  contexts = { issue-core = "../issue-core" }\n}\n', [2]),
    "build.sh": ("docker build --build-context tender=../t --tag issue-core:latest .\n", []),
}


@pytest.mark.parametrize("path", MENTIONS)
def test_report_names_each_line(path: str, wanted: Wanted) -> None:
    """Whatever hands the folder to a build is told with its line, and nothing else."""
    text, lines = MENTIONS[path]
    findings = report(text, wanted, path)
    assert [finding.place for finding in findings] == [f"{path}:{line}" for line in lines]
    assert all(finding.code == "build-context" for finding in findings)
