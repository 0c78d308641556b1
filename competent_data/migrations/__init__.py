"""The named steps by which the store's tables change: each once, each in a transaction."""
