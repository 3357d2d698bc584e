"""Configuration → a job: the registry is opened, secrets are read, adapters are made."""

from __future__ import annotations

import contextlib
import platform
import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import msgspec
from packaging.utils import canonicalize_name

from release.adapters import environment, files, secrets
from release.adapters.builder import Builder
from release.adapters.clock import Clock
from release.adapters.git import Git
from release.adapters.index import Index
from release.adapters.sandbox import Sandbox
from release.adapters.upload import Uploader
from release.bump import Bumper
from release.bump.deliver import repository_source
from release.config import resolution
from release.errors import ConfigurationError
from release.model import Registry
from release.pipeline import Job
from release.secret import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from release.adapters.embedded_registry import EmbeddedRegistry
    from release.config import Config, Consumer, SecretSource
    from release.config import Registry as RegistryTable
    from release.config.resolution import Resolved, Value
    from release.progress import Progress

STATE: Final = ".release"
EXAMPLE: Final = "example:"
CONFIG_VARIABLE: Final = "RELEASE_CONFIG"
USER_PART: Final = re.compile(r"https?://[^/]*@", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A configuration and the folder it was found in, against which paths are meant."""

    resolved: Resolved
    root: Path

    @property
    def config(self) -> Config:
        """The configuration's values."""
        return self.resolved.config

    @property
    def state(self) -> Path:
        """The folder that keeps artifacts and the record; git ignores it."""
        return self.root / STATE

    @property
    def rehearsal(self) -> Path:
        """The folder of the embedded registry and of the example repositories."""
        return self.state / "rehearsal"


def open_project(
    path: str | None, *, settings: Sequence[str], version: str | None, folder: Path
) -> Project:
    """Read the configuration that a command line asks for.

    Args:
        path: The file, or None: the RELEASE_CONFIG variable, release.toml or pyproject.toml.
        settings: ``TABLE.KEY=VALUE`` of the command line.
        version: A version or a tag; it goes before ``package.version``.
        folder: The working directory.

    Raises:
        ConfigurationError: There is no such file, or what it says cannot be.
    """
    variables = environment.variables()
    file = _find(path or variables.get(CONFIG_VARIABLE), folder)
    resolved = resolution.resolve(
        text=_text(file), filename=file.name, environment=variables, settings=settings
    )
    if version is not None:
        resolved = resolution.with_version(resolved, version)
    refuse_credentials(resolved.values)
    return Project(resolved=resolved, root=file.parent.resolve())


def refuse_credentials(values: Sequence[Value]) -> None:
    """Refuse an address with a user part: it would be shown, recorded, and locked.

    Raises:
        ConfigurationError: With the key, and never with the value.
    """
    for value in values:
        if isinstance(value.value, str) and USER_PART.match(value.value):
            raise ConfigurationError(
                f"{value.key} has a user part in its address; it would end up in manifests, "
                "lockfiles and records.",
                next_step="Take it out. For the registry, name the token in registry.token or "
                "registry.read-token; for git, use a credential helper or ssh.",
            )


def _find(path: str | None, folder: Path) -> Path:
    if path is not None:
        return folder / path
    for name in ("release.toml", "pyproject.toml"):
        if (folder / name).is_file():
            return folder / name
    raise ConfigurationError(
        f"There is no release.toml in {folder}.",
        next_step="Write one (docs/how-to/configure.md), or name it with --config.",
    )


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"{file} cannot be read: {said}.", next_step="Name the file with --config."
        ) from None


@contextlib.contextmanager
def open_job(project: Project, progress: Progress) -> Iterator[Job]:
    """Yield the job that the configuration describes; the registry ends with the block."""
    make_state_folder(project)
    with files.temporary_folder("run") as scratch:
        config = with_examples(project, scratch, progress)
        with open_registry(project) as registry:
            yield make_job(config, project, scratch, registry, progress)


@contextlib.contextmanager
def open_rehearsal(projects: Sequence[Project], progress: Progress) -> Iterator[tuple[Job, ...]]:
    """Yield a job for each project, all of them in copies.

    They share one embedded registry and one clone of each consumer, so that a later
    release finds what an earlier one did.
    """
    from release.adapters import embedded_registry

    first = projects[0]
    make_state_folder(first)
    with files.temporary_folder("rehearsal") as folder:
        config = with_examples(first, folder, progress)
        copies = tuple(
            _copy(consumer, folder / "copies" / str(number), first.root)
            for number, consumer in enumerate(config.consumer)
        )
        with embedded_registry.serve(folder / "packages") as served:
            registry = _embedded(served, config.registry.name)
            yield tuple(
                make_job(
                    msgspec.structs.replace(
                        with_examples(project, folder, progress), consumer=copies
                    ),
                    project,
                    folder / str(number),
                    registry,
                    progress,
                )
                for number, project in enumerate(projects)
            )


def _copy(consumer: Consumer, folder: Path, root: Path) -> Consumer:
    """Clone a consumer, and return it as one whose working tree is bumped and committed."""
    source = repository_source(consumer.repository, root)
    clone = folder / source.rstrip("/").rpartition("/")[2].removesuffix(".git")
    clone.parent.mkdir(parents=True)
    Git().clone(source, clone)
    return msgspec.structs.replace(
        consumer, repository=str(clone), delivery="working-tree", commit=True
    )


def make_job(
    config: Config, project: Project, scratch: Path, registry: Registry, progress: Progress
) -> Job:
    """Return the job with all its adapters."""
    timeout = config.registry.timeout
    git = Git()
    internal = frozenset(
        canonicalize_name(name) for name in (config.package.name, *config.registry.packages)
    )
    return Job(
        config=config,
        root=project.root,
        store=project.state / "artifacts",
        scratch=scratch,
        registry=registry,
        internal=internal,
        git=git,
        builder=Builder(),
        index=Index(url=registry.simple_url, credentials=registry.reader, timeout=timeout),
        uploader=(
            Uploader(url=registry.url, credentials=registry.writer, timeout=timeout)
            if registry.writer
            else None
        ),
        bumper=Bumper(
            root=project.root,
            scratch=scratch / "bump",
            git=git,
            registry=registry,
            internal=internal,
            settings=config.bump,
        ),
        progress=progress,
        clock=Clock(),
        tools=tool_versions(),
    )


# the registry ----------------------------------------------------------------------------


@contextlib.contextmanager
def open_registry(project: Project) -> Iterator[Registry]:
    """Yield the configured registry, or an embedded one that ends with the block."""
    config = project.config.registry
    if config.url is None:
        # Imported here: a release to a registry of one's own does without.
        from release.adapters import embedded_registry
        from release.rehearsal.layout import registry_port

        port = registry_port(project.rehearsal)
        with embedded_registry.serve(project.rehearsal / "packages", port=port) as served:
            yield _embedded(served, config.name)
    else:
        yield _configured(config, config.url.rstrip("/"), project.root)


def _embedded(served: EmbeddedRegistry, name: str) -> Registry:
    return Registry(
        name=name,
        url=served.url,
        simple_url=f"{served.url}/simple",
        reader=None,
        writer=served.credentials,
    )


def _configured(config: RegistryTable, url: str, root: Path) -> Registry:
    def credentials(source: SecretSource | None, key: str) -> Credentials | None:
        token = secrets.read(source, key=key, username=config.username, root=root)
        return Credentials(username=config.username, token=token) if token else None

    return Registry(
        name=config.name,
        url=url,
        simple_url=(config.simple_url or f"{url}/simple").rstrip("/"),
        reader=credentials(config.read_token, "registry.read-token"),
        writer=credentials(config.token, "registry.token"),
        missing_token=missing_token(config.token),
    )


def missing_token(source: SecretSource | None) -> str:
    """Return why there may be no token to publish with, in a sentence; pure."""
    if source is None:
        return "registry.token names none."
    if source.env is not None:
        return f"registry.token reads the variable {source.env}, which is not set."
    return "registry.token names a place that has none."


# the folder of our own, and the examples ----------------------------------------------------


def make_state_folder(project: Project) -> None:
    """Make ``.release`` beside release.toml, a folder that git ignores by itself."""
    project.state.mkdir(exist_ok=True)
    ignore = project.state / ".gitignore"
    if not ignore.exists():
        files.replace(ignore, b"*\n")


def with_examples(project: Project, scratch: Path, progress: Progress) -> Config:
    """Return the configuration with paths for ``example:NAME``, laid out where missing."""
    config = project.config
    repositories = [config.package.repository, *(one.repository for one in config.consumer)]
    if not any(repository.startswith(EXAMPLE) for repository in repositories):
        return config
    from release.rehearsal.layout import lay_out

    lay_out(
        project.rehearsal,
        sandbox=Sandbox(folder=scratch / "layout"),
        say=progress.say,
        public_index=config.public_index.url,
    )

    def placed(repository: str) -> str:
        name = repository.removeprefix(EXAMPLE)
        return repository if name == repository else f"{STATE}/rehearsal/{name}"

    return msgspec.structs.replace(
        config,
        package=msgspec.structs.replace(
            config.package, repository=placed(config.package.repository)
        ),
        consumer=tuple(
            msgspec.structs.replace(one, repository=placed(one.repository))
            for one in config.consumer
        ),
    )


def tool_versions() -> dict[str, str]:
    """Return the versions of what makes the release, for the record."""
    names = ("tag-to-lock", "build", "uv", "twine", "check-wheel-contents")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}
