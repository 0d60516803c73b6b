"""A subtitle file translated without its movie: sentences put together across cues, and spread over the same cues again."""
