"""A report and its passages: reading files and pages, cleaning, splitting, the shipped reports."""
