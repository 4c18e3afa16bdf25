"""A reference billing server, for whoever connects Clara to a distributor's own system.

``openapi.yaml`` is the contract: serve it, and ``billing.rest.RestGateway`` can talk to you. This
server does so over any ``BillingGateway``; ``python -m billing_api`` runs it over the built-in
database.
"""

from billing_api.server import create_server

__all__ = ["create_server"]
