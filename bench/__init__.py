"""Speed of the whole way, beside bare Bolt and bare python-telegram-bot in the same run."""
