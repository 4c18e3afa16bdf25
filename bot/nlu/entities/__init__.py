"""The data in a message: who, which bill, when, how much. One module for each kind of datum."""
