"""The report of a movie: what a person checks before trusting its subtitles, as one HTML file that needs no network."""
