"""The web: a page to ask questions on, the report pages, and a JSON interface."""
