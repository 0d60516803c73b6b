"""Engines that run a translation network."""
