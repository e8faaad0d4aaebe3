"""What a person can ask, one module each; `assistant` picks the module."""
