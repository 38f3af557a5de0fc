"""Everything is declared in pyproject.toml; bench and older pips look for this file."""

from setuptools import setup

setup()
