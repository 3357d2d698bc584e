"""Release and consumer → change: manifest, lockfile, image files, guard and delivery."""

from release.bump.consumer import Bumper, Prepared
from release.bump.finish import Ready, deliver_bumps, make_bumps
from release.bump.prepare import prepare_bumps

__all__ = ["Bumper", "Prepared", "Ready", "deliver_bumps", "make_bumps", "prepare_bumps"]
