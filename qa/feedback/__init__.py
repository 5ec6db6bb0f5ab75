"""What people were shown and how they rated it: kept, counted, exported as questions with gold."""
