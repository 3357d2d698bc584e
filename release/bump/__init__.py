"""Release and consumer → change: manifest, lockfile, image files, guard and delivery."""

from release.bump.consumer import Bumper, Prepared
from release.bump.finish import finish_bumps
from release.bump.prepare import prepare_bumps

__all__ = ["Bumper", "Prepared", "finish_bumps", "prepare_bumps"]
