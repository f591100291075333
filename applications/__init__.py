"""First floor: call, firm, application, review."""
