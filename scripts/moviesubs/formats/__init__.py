"""Subtitle files, written and read."""
