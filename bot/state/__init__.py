"""What the bot keeps of chats: settings, last questions, answers, updates not finished."""
