"""How a folder of report pages says that it is complete."""

COMPLETE = ".complete"
"""A file that is there when all pages are."""
