"""A demo distributor, "Luz do Norte Distribuidora de Energia S.A.": invented from end to end.

``fill(engine, today)`` puts it into a billing database; ``showcase(today)`` lists the customers
worth trying. ``python -m billing.demo`` does both.
"""

from billing.demo.fill import NotADemoDatabase, fill
from billing.demo.showcase import ShowcaseCustomer, showcase

__all__ = ["NotADemoDatabase", "ShowcaseCustomer", "fill", "showcase"]
