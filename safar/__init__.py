"""Safar: free software for managing labour migration from a country of origin."""

__version__ = "0.1.0"
