"""What every stage program runs on: its start and end, progress, devices, supervised children."""
