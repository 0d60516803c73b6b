"""Timed, readable lines."""
