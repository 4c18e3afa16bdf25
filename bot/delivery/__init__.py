"""Between channels and engine: nothing lost, nothing doubled, nothing out of order.

The records are the one truth. What a customer sends is stored in the *inbox* before its channel
is told that it was taken; a turn, its effects and what it says are stored in one transaction; what
goes out by calls is stored in the *outbox* before it is sent. Everything else is a wake-up, "this
conversation has work" or "this conversation has news", and a wake-up that is lost is made good
from the rows.
"""
