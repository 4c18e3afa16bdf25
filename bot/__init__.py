"""The runtime of Clara: Rasa as an engine, and the conversations that it answers."""
