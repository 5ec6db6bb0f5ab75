"""Reports into a corpus folder: from files and the web, by the hundred, again and again."""
