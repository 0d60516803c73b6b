"""Speech to text: chunks, decoding, rescue, and what the recogniser made up."""
