"""Scores of the workflow on movies whose every word is known; the measures are the field's own packages'."""
