"""One folder per channel, and the neutral messages that channels and assistant exchange."""
