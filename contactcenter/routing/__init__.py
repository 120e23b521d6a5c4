"""The router's core: who gets which contact, and why. Pure: no clock, no randomness, no I/O."""
