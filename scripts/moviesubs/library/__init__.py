"""A library of movies: what is in it, which subtitles it has already, and what is put there."""
