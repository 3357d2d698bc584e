"""Release and consumer → change: manifest, lockfile, image files, guard and delivery."""

from release.bump.consumer import Bumper, Prepared, finish_bumps, prepare_bumps

__all__ = ["Bumper", "Prepared", "finish_bumps", "prepare_bumps"]
