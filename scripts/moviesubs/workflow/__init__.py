"""What the Snakefile asks: settings, movies, models, hardware, names, code fingerprints."""
