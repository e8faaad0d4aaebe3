"""The numbers of each company's own orders: which is meant, however it was typed, and which come near."""
