"""How well Clara understands, on utterances held apart: ``make eval``; the floors are tests."""
