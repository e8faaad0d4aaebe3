"""Chat platforms: event in, reply out. No business rule lives here."""
