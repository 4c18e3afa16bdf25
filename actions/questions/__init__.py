"""The questions that forms are made of: identity, unit, bill, e-mail address, agreement."""
