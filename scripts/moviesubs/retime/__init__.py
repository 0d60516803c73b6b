"""Subtitles that are early, late, too fast or made for another cut, put in step with the sound again."""
