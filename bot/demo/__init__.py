"""The demo supplier and the stage it plays on: everything a stranger needs to try the bot."""
