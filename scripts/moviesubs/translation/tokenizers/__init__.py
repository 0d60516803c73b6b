"""Text to tokens and back, for each family of translation models."""
