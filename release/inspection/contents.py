"""Members of an archive: names that must not be there, and what a wheel's library holds."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name

from release.adapters import package_checks
from release.inspection.places import is_test
from release.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from release.inspection.archives import Contents, Member
    from release.inspection.project import Project

LEAVE_OUT: Final = "Leave it out of the build, or out of the repository."
_BYTECODE: Final = re.compile(r"(?:.*/)?__pycache__/.*|.*\.py[co]")
_JUNK: Final = re.compile(
    r"(?:.*/)?(?:"
    r"(?:\.git|\.hg|\.svn|\.bzr|\.idea|\.tox|\.nox|\.venv|\.eggs|\.pytest_cache|\.mypy_cache"
    r"|\.ruff_cache|\.hypothesis|\.ipynb_checkpoints|node_modules)/.*"
    r"|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|\.coverage(?:\.[^/]*)?"
    r"|[^/]+~|\.[^/]*\.sw[op]|\#[^/]*\#|\.\#[^/]*|[^/]+\.(?:rej|bak)|__MACOSX/.*"
    r")"
)
_SECRET_FILE: Final = re.compile(
    r"(?:.*/)?(?:\.env(?:\.(?!example$|sample$|template$|dist$|test$|ci$)[^/]*)?|\.pypirc|[._]netrc"
    r"|\.git-credentials|\.pgpass|\.htpasswd|\.vault-token|\.docker/config\.json"
    r"|\.aws/credentials|\.ssh/.*|id_(?:rsa|dsa|ecdsa|ed25519))"
)
_MODULE: Final = re.compile(r".+\.(?:py|pyi|so|pyd)")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
WITHOUT_SENSE_HERE: Final = frozenset({"W001", "W002", "W009", "W101", "W102", "W201", "W202"})
"""Checks that we do for both archives (bytecode) or with more knowledge (names, files),
and W002: the same bytes under two names harm nobody (numpy and botocore have many)."""
_CODES: Final = {
    "W003": ("top-level-file", "it is no module, and lands in site-packages itself"),
    "W004": ("not-importable", "no import statement can name this path"),
    "W005": ("top-level-common", "the name belongs to everybody, and would hide or be hidden"),
    "W006": ("top-level-init", "it makes site-packages itself a package"),
    "W007": ("wheel-empty", "the wheel installs no module"),
    "W008": ("wheel-empty", "the wheel installs nothing"),
    "W010": ("top-level-without-modules", "it lands in site-packages and holds no module"),
}


def check_members(contents: Contents) -> Iterator[Finding]:
    """Refuse members for their name or kind, in a wheel as in an sdist."""
    filename = contents.artifact.filename
    counts = Counter(member.name.rstrip("/") for member in contents.members)
    for name in sorted(name for name, count in counts.items() if count > 1):
        yield _finding(
            "duplicate-member",
            f"{filename}:{name}",
            "The name is there more than once.",
            "Build again; no backend that works writes a member twice.",
        )
    for member in contents.members:
        yield from _check_member(member, f"{filename}:{member.name}")


def _check_member(member: Member, place: str) -> Iterator[Finding]:
    if not is_safe(member.name):
        yield _finding("unsafe-path", place, "Unpacking it would write outside.", LEAVE_OUT)
    if member.kind == "special":
        yield _finding("special-file", place, "It is a device, a pipe or a socket.", LEAVE_OUT)
    if member.kind == "folder":
        return
    if _BYTECODE.fullmatch(member.name):
        yield _finding("bytecode", place, "It is compiled for one Python.", LEAVE_OUT)
    elif is_test(member.name):
        return  # a fixture; what it holds is looked at all the same
    elif _SECRET_FILE.fullmatch(member.name):
        yield _finding(
            "secret-file",
            place,
            "Files of this name hold secrets.",
            "Leave it out, and renew every secret that it held.",
        )
    elif _JUNK.fullmatch(member.name):
        yield _finding(
            "junk-file", place, "It is left over from a tool, not part of the package.", LEAVE_OUT
        )


def is_safe(name: str) -> bool:
    """Whether a member stays in the folder that the archive is unpacked in."""
    parts = name.split("/")
    return not (
        name.startswith("/") or ".." in parts or "\\" in name or _DRIVE.match(name) or not name
    )


def check_library(contents: Contents, expected: Collection[str]) -> Iterator[Finding]:
    """Run check-wheel-contents; a common name that is expected may stand."""
    filename = contents.artifact.filename
    failed = package_checks.check_wheel(
        contents.artifact.path, ignore=WITHOUT_SENSE_HERE, expected=tuple(expected)
    )
    for one in failed:
        if not one.name:
            yield _finding(
                "wheel-invalid",
                filename,
                f"check-wheel-contents: {one.message.rstrip('.')}.",
                "Build the wheel again with a backend that works.",
            )
            continue
        code, why = _CODES[one.name]
        for path in one.paths or ("",):
            if _has_sense(one.name, path):
                place = f"{filename}:{path}" if path else filename
                yield _finding(code, place, f"check-wheel-contents {one.name}: {why}.", LEAVE_OUT)


def _has_sense(check: str, path: str) -> bool:
    """Whether a failed check means harm.

    Below an importable folder there are good reasons for modules that no statement can
    import: migrations, locales, hooks, scripts. Compiled libraries lie beside the package
    in ``NAME.libs``; a stub may lie beside its module.
    """
    top = path.partition("/")[0]
    if top.endswith((".libs", ".dylibs")) or (check == "W003" and path.endswith(".pyi")):
        return False
    if check == "W004":
        stem = top.removesuffix(".py")
        return path.endswith(".py") and not (stem.isidentifier() or stem.endswith("-stubs"))
    return check != "W008"  # W007 says the same


def top_level_names(files: Iterable[str]) -> dict[str, str]:
    """Return the import names at the top level, each with its module or folder."""
    names: dict[str, str] = {}
    for path in files:
        library = re.sub(r"^[^/]+\.data/(?:pure|plat)lib/", "", path)
        top, slash, _ = library.partition("/")
        if _MODULE.fullmatch(library) and not top.endswith((".dist-info", ".data")):
            names[top if slash else top.partition(".")[0]] = top
    return names


def check_top_level(
    contents: Contents,
    project: Project,
    *,
    configured: Collection[str] | None,
    declared: Collection[str],
) -> Iterator[Finding]:
    """Compare the wheel's top-level names with those that it should have.

    Args:
        contents: The wheel.
        project: What the sources say.
        configured: ``inspect.top-level``; exactly these, where it is given.
        declared: The Import-Name fields of the wheel's metadata.
    """
    names = top_level_names(contents.files)
    wanted = frozenset(configured or declared or project.top_level)
    for name in sorted(wanted - names.keys()):
        yield _finding(
            "top-level-missing",
            contents.artifact.filename,
            f"There is no {name!r} at the top level; there is {', '.join(sorted(names))}.",
            "Name the package folder to the build backend, or correct inspect.top-level.",
        )
    expected = wanted if configured else wanted | _related(names, contents, project, wanted)
    for name in sorted(names.keys() - expected):
        yield _finding(
            "top-level-unexpected",
            f"{contents.artifact.filename}:{names[name]}",
            f"Beside {', '.join(sorted(expected)) or 'nothing'}, the wheel installs {name!r}.",
            "Leave it out of the wheel, or list it in inspect.top-level.",
        )


def _related(
    names: Collection[str], contents: Contents, project: Project, wanted: Collection[str]
) -> set[str]:
    """Return the names that nobody listed and that belong to the package all the same.

    Without its sources nothing can be said, so all do. With them: private names, names
    that are part of the project's or the other way round, what has ``src`` to itself,
    and an only one.
    """
    if project.tracked is None:
        return set(names)
    own = canonicalize_name(contents.artifact.filename.partition("-")[0]).replace("-", "_")
    related = {
        name
        for name in names
        if name.startswith("_")
        or "__mypyc" in name
        or name.lower() in own
        or own in name.lower()
        or any(path.startswith((f"src/{name}/", f"src/{name}.")) for path in project.tracked)
    }
    public = [name for name in names if not name.startswith("_")]
    return related | (set(public) if len(public) == 1 and not wanted else set())


def _finding(code: str, place: str, message: str, next_step: str) -> Finding:
    return Finding(code=code, place=place, message=message, next_step=next_step)
