"""What a person corrects of a transcript or of its translation, kept in a table of its own so that it survives every change."""
