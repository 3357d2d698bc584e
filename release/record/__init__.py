"""Outcomes → record: what was done for one release, as values.

The record tells what was done; nothing ever reads it to decide what to do.
"""

from release.record.making import make_record
from release.record.merging import merge
from release.record.parts import Record

__all__ = ["Record", "make_record", "merge"]
