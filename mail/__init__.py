"""Letters to customers: composed, queued in the records, carried out, and confirmed by a link.

Knows nothing of billing: what a click puts into effect is handed in as a function.
"""
