"""Our engine beside stock Rasa: same training data, same messages, same actions, same machine."""
