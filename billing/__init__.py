"""Customers, units, bills, payment codes and consents, and the gateway to the billing system."""
