"""Channel adapters: one module a vendor behind one contract (docs/adding-a-channel.md)."""
