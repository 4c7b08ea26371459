"""The private parts of the rules model."""
