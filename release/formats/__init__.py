"""The file formats of the field, read into values; pure."""
