"""Movie files through FFmpeg, and the workflow's WAV files."""
