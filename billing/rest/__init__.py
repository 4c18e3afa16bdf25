"""The distributor's own billing system, reached over HTTP.

``billing_api/openapi.yaml`` says what it must serve, and ``billing_api`` is a server to look at.
"""

from billing.rest.call import Limits
from billing.rest.gateway import RestGateway

__all__ = ["Limits", "RestGateway"]
