"""Release and consumer → change: manifest, lockfile, image files, guard and delivery."""
