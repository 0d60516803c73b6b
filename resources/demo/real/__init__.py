"""Real weights and real recordings from the package index, and what the recognition makes of them."""
