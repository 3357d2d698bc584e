"""Everything that can end a release, as one tree; each branch owns its exit code.

An error says what was seen and what was wanted (``str(error)``), and what to do
next (``error.next_step``). Only ``release.cli`` turns one into an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.model import Finding


class ReleaseError(Exception):
    """The root: an error of this kind itself is a bug here, and exits with 70."""

    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        message: str,
        *,
        next_step: str,
        findings: Sequence[Finding] = (),
    ) -> None:
        """Keep what was seen and wanted, the next step, and the findings behind it."""
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.findings = tuple(findings)


class ConfigurationError(ReleaseError):
    """The command line, the environment or release.toml asks for what cannot be."""

    exit_code = 2


class RefusedBeforePublishing(ReleaseError):
    """Source, build or inspection refuse; nothing has been published."""

    exit_code = 3


class SourceRefused(RefusedBeforePublishing):
    """The tag cannot be released."""


class BuildFailed(RefusedBeforePublishing):
    """The build backend failed, or its environment could not be made."""


class NotReproducible(RefusedBeforePublishing):
    """A second build of the same commit gave other bytes."""


class InspectionRefused(RefusedBeforePublishing):
    """The artifacts hold what must not be published; every finding is told."""


class RegistryError(ReleaseError):
    """The registry could not be read, or would not take what was published."""

    exit_code = 4


class RegistryConflict(RegistryError):
    """A file of this name is published with another sha256."""


class RegistryNotPermitted(RegistryError):
    """The registry answered 401 or 403, or there is no token to send."""


class RegistryUnreadable(RegistryError):
    """The registry cannot be read; this never counts as "not there"."""


class UploadFailed(RegistryError):
    """The file is not on the index after all tries."""


class VerificationFailed(ReleaseError):
    """What a clean install got is not what was built, or does not work."""

    exit_code = 5


class ConsumerNotBumped(ReleaseError):
    """At least one consumer was not bumped."""

    exit_code = 6


class EditRefused(ConsumerNotBumped):
    """A manifest or image file cannot be edited provably; the edit by hand is told."""


class LockFailed(ConsumerNotBumped):
    """The consumer's own lock tool did not produce a new lockfile."""


class GuardRefused(ConsumerNotBumped):
    """The finished bump contains what a bump must never contain."""


class DeliveryFailed(ConsumerNotBumped):
    """The bump could not be brought to the consumer's repository."""


class EnvironmentCheckFailed(ReleaseError):
    """A tool, a key or a manifest is not as this machine or cluster needs it."""

    exit_code = 7


class ProcessFailed(ReleaseError):
    """A program ended with a failure that no stage turned into its own sentence."""

    def __init__(
        self, argv: Sequence[str], code: int, stdout: str, stderr: str, *, timed_out: bool = False
    ) -> None:
        """Carry the argument list, the exit code and both streams, secrets masked."""
        self.argv = tuple(argv)
        self.code = code
        self.stdout = stdout
        self.stderr = stderr
        self.timed_out = timed_out
        ended = "did not end in its time" if timed_out else f"ended with exit code {code}"
        streams = "\n".join(part for part in (stdout.strip(), stderr.strip()) if part)
        super().__init__(
            f"{' '.join(self.argv[:3])} … {ended}." + (f"\n{streams}" if streams else ""),
            next_step="Run the command by hand to see more.",
        )
