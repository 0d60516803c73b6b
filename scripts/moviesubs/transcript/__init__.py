"""Segments and words to sentences with speakers and songs."""
