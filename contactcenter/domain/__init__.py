"""The words of the contact center as types: see docs/glossary.md.

Nothing here performs I/O, reads a clock or draws a random number. Times are UTC seconds
since the epoch (float), durations are seconds.
"""
