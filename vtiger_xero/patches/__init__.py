"""Patches for sites that have an older version; each is named in patches.txt and tested."""
