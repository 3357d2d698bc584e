"""What release.toml may say. The types are the reference: its JSON schema comes from them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

# Patterns are read by Python and, from the schema, by editors: `(?!\n)$` is the end for
# both, where Python's `$` alone lets a line end pass.

# A week at most: clocks and sockets take no number of any size, and infinity is none.
Seconds = Annotated[float, msgspec.Meta(gt=0, le=604_800)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Argv = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]


class _Table(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename="kebab",
    omit_defaults=True,
):
    """A table of release.toml: keys in kebab-case, an unknown one is an error."""


class SecretSource(_Table, frozen=True):
    """Where a secret is read from: exactly one of the three ways.

    ``{ env = "NAME" }``, ``{ file = "PATH" }`` (readable by its owner only), or
    ``{ keyring = "SERVICE" }``.
    """

    env: Text | None = None
    file: Text | None = None
    keyring: Text | None = None

    def __post_init__(self) -> None:
        """Refuse none, or more than one, of the three."""
        if sum(way is not None for way in (self.env, self.file, self.keyring)) != 1:
            raise ValueError('name exactly one of "env", "file" and "keyring"')


class Package(_Table, frozen=True):
    """The project that is released."""

    name: Text
    repository: Text = "."
    """A path (relative to release.toml), a git URL, or ``example:NAME``."""
    tag: Text = "v{version}"
    """How a tag spells the version."""
    version: Text | None = None
    """The version to release; the newest tag that fits ``tag`` when not given."""
    remote: Text | None = None
    """The remote that must have the same tag; "origin" where the repository has one."""
    constraints: Text | None = None
    """A constraints file in the repository (hashes welcome) for the build requirements."""
    second_build: bool = True
    """Whether the tag is built twice and compared."""


class Registry(_Table, frozen=True):
    """The index that the package is published to."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*(?!\n)$")] = "private"
    """What consumers call the index."""
    url: Text | None = None
    """Its base, where uploads go; without one, an embedded registry stands in."""
    simple_url: Text | None = None
    """Its simple index; ``{url}/simple`` when not given."""
    username: Text = "__token__"
    token: SecretSource | None = None
    """Who publishes; this token reaches the upload and nothing else."""
    read_token: SecretSource | None = None
    """Who reads, where reading needs one; installs and lock tools get it."""
    packages: tuple[Text, ...] = ()
    """Other internal packages that come from this registry, never from the public index."""
    timeout: Seconds = 30.0
    """Seconds without a byte after which a request has failed."""
    budget: Seconds = 120.0
    """Seconds that publishing may spend on repetitions, and waiting for the index."""


class PublicIndex(_Table, frozen=True):
    """Where public packages come from."""

    url: Text | None = None
    """A simple index; the tools' own default when not given."""


class Inspect(_Table, frozen=True):
    """What inspection allows."""

    top_level: tuple[Text, ...] | None = None
    """The exact top-level names of the wheel; the package's import names by default."""
    ignore: tuple[Text, ...] = ()
    """Codes of findings to let pass."""
    max_megabytes: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 100.0
    """The largest artifact, in 10^6 bytes."""


class Verify(_Table, frozen=True):
    """What a clean install must show."""

    python: tuple[Text, ...] = ()
    """Versions or paths of interpreters; the running one when empty."""
    installers: tuple[Literal["uv", "pip"], ...] = ("uv",)
    imports: tuple[Text, ...] = ()
    """Modules to import; the wheel's top-level names when empty."""
    commands: tuple[Argv, ...] = ()
    """Programs to run in the environment, each an argument list."""
    timeout: Seconds = 300.0
    """Seconds that one install or one command may take."""


class Consumer(_Table, frozen=True):
    """A project that depends on the package."""

    repository: Text
    """A path (relative to release.toml), a git URL, or ``example:NAME``."""
    delivery: Literal["working-tree", "branch"] = "working-tree"
    range: Text = "compatible"
    """compatible, exact, minimum, caret, or a template such as ``>={major}.{minor}``."""
    commit: bool = False
    """Whether the ``working-tree`` delivery commits the files that it changed."""
    branch: Text = "release/{package}"
    """The branch of the ``branch`` delivery."""
    manifest: Text = "pyproject.toml"
    """The manifest, relative to the repository."""
    checks: tuple[Argv, ...] = ()
    """Programs that must succeed in the bumped consumer, in an environment of its own."""


class Bump(_Table, frozen=True):
    """How consumers are bumped."""

    author: Annotated[str, msgspec.Meta(pattern=r"^[^<>\r\n]+ <[^<>\r\n]+>(?!\n)$")] = (
        "release <release@localhost>"
    )
    """Who commits: ``Name <address>``."""

    workers: Annotated[int, msgspec.Meta(ge=1)] = 2
    """How many consumers are bumped at the same time."""
    timeout: Seconds = 600.0
    """Seconds that one lock or one check may take."""


class Config(_Table, frozen=True):
    """The whole of release.toml."""

    package: Package
    registry: Registry = Registry()
    public_index: PublicIndex = PublicIndex()
    inspect: Inspect = Inspect()
    verify: Verify = Verify()
    bump: Bump = Bump()
    consumer: tuple[Consumer, ...] = ()
