"""Pages people open from a chat: their company's orders, and a document that is too large for a chat."""
