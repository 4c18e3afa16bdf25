"""The attendance: protocol numbers, proof of identity, lock-outs, hand-offs, what was delivered."""
