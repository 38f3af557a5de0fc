"""Whole lives of two ledgers, judged by what stands on both wires (see README.md)."""
