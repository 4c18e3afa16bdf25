"""Delivery under load: thousands of customers at once, over all channels, against either shape.

``python -m benchmarks.delivery --help`` says what can be chosen; ``docs/performance.md`` has
results.
"""
