"""Order status and documents for B2B customers, in the chat they already use."""
