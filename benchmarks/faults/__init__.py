"""Delivery under load while everything about it breaks, again and again, and what became of it.

The processes, customers and provider are those of ``tests/bot/delivery``: an engine that counts
its turns, a provider that remembers what it has shown. ``docs/performance.md`` has results.
"""
