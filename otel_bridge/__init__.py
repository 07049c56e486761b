"""The OpenTelemetry side: what the SDK loads or calls. It knows no disk, no web and no person."""
