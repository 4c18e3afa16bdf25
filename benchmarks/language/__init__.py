"""What each part of the language understanding is worth: ``python -m benchmarks.language``."""
