"""Languages, their scripts, words and lists."""
