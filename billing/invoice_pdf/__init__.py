"""The duplicate invoice as a PDF of one A4 page.

``render_invoice`` is all that others need. From top to bottom the page is drawn by ``header``
(who, which unit, which month, how much), ``status`` (overdue or paid), ``details`` (reading,
items, taxes), ``chart`` (13 months of consumption), ``summary`` (averages), ``notices`` (messages)
and ``slip`` (payment code with its bars, Pix), or ``receipt`` where the bill is paid.
"""

from billing.invoice_pdf.page import render_invoice

__all__ = ["render_invoice"]
