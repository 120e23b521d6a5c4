"""Suites that an outside adapter or back end can run too: channels, storage, the routing machine."""
