"""Tests of the bump: ranges, manifests, lock tools, image files, guard and delivery."""
