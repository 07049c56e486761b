"""The OpenTelemetry side: what the SDK loads or calls. It knows no disk, no web and no person.

PYTEST_DONT_REWRITE: it belongs to the distribution of a pytest plugin, and holds no assertion.
"""
