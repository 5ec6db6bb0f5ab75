"""Views: what is shown, made from reports, answers and settings; nothing is sent here."""
