"""What Clara understands of a message: its intent, and the data in it."""
