"""Watching: what changed, who is told, once."""
