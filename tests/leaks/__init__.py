"""The tests of one part."""
