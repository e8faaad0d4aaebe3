"""Random sequences of what people do, and what must hold after every step."""
