"""Who the demo distributor is: nobody.

Every number that could lead money or mail somewhere real is one that leads nowhere on purpose:
a bank and an issuer code that nobody was given, a random Pix key, example.com addresses.
"""

from __future__ import annotations

from billing.model import Beneficiary

BENEFICIARY = Beneficiary(name="Luz do Norte Distribuidora de Energia S.A.", cnpj="98765432000198")
PIX_NAME = "LUZ DO NORTE ENERGIA"  # at most 25 characters
PIX_CITY = "BELEM"
PIX_KEY = "7d9f1c52-3b0e-4c8a-9e41-5a2f60b7c813"

# No bank has this clearing code, so no bank app lets a demo bill be paid by mistake.
BANK = "988"
# FEBRABAN gives 4 digits to whoever collects by convention; nobody has these.
COLLECTION_ISSUER = "9988"
# ANEEL's code of the distributor inside its UC numbers; none has this one.
UC_DISTRIBUTOR = "999"
