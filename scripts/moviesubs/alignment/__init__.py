"""A time for every word."""
