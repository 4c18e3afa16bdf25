"""What Clara does: one file a service. Rasa's action executor loads every action in here."""
