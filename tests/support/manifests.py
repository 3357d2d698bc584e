"""What the tests of manifests share: a wish, the cases as folders, and a long manifest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name
from packaging.version import Version

from release.bump.guard import guard
from release.model import Finding, Release, Wanted

CASES: Final = Path(__file__).parents[1] / "cases" / "manifests"
URL: Final = "https://gitea.example.org/api/packages/coulomb/pypi/simple"


def wanted(
    version: str = "0.2.1",
    specifier: str = ">=0.2,<0.3",
    *,
    name: str = "issue-core",
    url: str = URL,
) -> Wanted:
    """Return the wish to have one release of a package from the index "coulomb"."""
    release = Release(
        name=canonicalize_name(name),
        version=Version(version),
        tag=f"v{version}",
        tag_object="1" * 40,
        commit="2" * 40,
        commit_time=1_767_225_600,
    )
    return Wanted(
        release=release,
        specifier=specifier,
        index_name="coulomb",
        index_url=url,
        digests=(),
        internal=frozenset({release.name}),
    )


def guarded(text: str, wish: Wanted) -> tuple[Finding, ...]:
    """Return what the guard finds in a manifest alone."""
    return guard(
        changes=(),
        before=None,
        after=None,
        moved=(),
        wanted=wish,
        manifest=tomllib.loads(text.removeprefix("\ufeff")),
        manifest_path="pyproject.toml",
        lockfile_path="uv.lock",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A folder of ``tests/cases/manifests``: a manifest, and what a bump makes of it.

    ``after`` is None where nothing may change, and where the edit is refused.
    """

    name: str
    before: str
    after: str | None
    wanted: Wanted
    outcome: str
    breaking: bool
    reports: tuple[str, ...]
    findings: tuple[str, ...]


def read_case(folder: Path) -> Case:
    """Read ``before.toml``, ``after.toml`` and ``facts.toml``."""
    facts = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
    after = folder / "after.toml"
    return Case(
        name=folder.name,
        before=(folder / "before.toml").read_bytes().decode("utf-8"),
        after=after.read_bytes().decode("utf-8") if after.exists() else None,
        wanted=wanted(facts.get("version", "0.2.1"), facts.get("range", ">=0.2,<0.3")),
        outcome=facts["outcome"],
        breaking=facts.get("breaking", False),
        reports=tuple(facts.get("reports", ())),
        findings=tuple(facts.get("findings", ())),
    )


def long_manifest(lines: int = 1_000) -> str:
    """Return a manifest of so many lines that depends on issue-core by path.

    It has what real long ones have: many dependencies with comments, extras, groups,
    settings of linters, and sources.
    """
    head = [
        "[project]",
        'name = "vergabe-teilnahme"',
        'version = "1.0.0"',
        "dependencies = [",
        "    \"issue-core[cli]; python_version < '4'\",  # ours",
    ]
    tail = [
        "]",
        "",
        "[dependency-groups]",
        'dev = ["pytest>=8", "issue-core"]',
        "",
        "[tool.uv.sources]",
        'issue-core = { path = "../issue-core", editable = true }',
    ]
    settings = [
        line
        for number in range((lines - len(head) - len(tail)) // 10)
        for line in (
            "",
            f"[tool.linter.rules.rule-{number}]",
            f"# why rule {number} is as it is",
            f'select = ["A{number}", "B{number}", "C{number}"]',
            f"limit = {number}",
            f"ratio = {number}.5",
            f'message = "rule \\"{number}\\" was not kept"',
        )
    ]
    count = lines - len(head) - len(tail) - len(settings)
    dependencies = [f'    "package-{number}>={number},<{number + 1}",' for number in range(count)]
    return "\n".join((*head, *dependencies, *tail, *settings)) + "\n"
