"""Where the Slack app is installed: tokens, sealed, and the states of installations under way."""
