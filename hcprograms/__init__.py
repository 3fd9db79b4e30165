"""Admissions for schools of healthcare management and administration.

The story, in packages: institutions → catalog → matching → leads → followup.
"""

__version__ = "0.1.0"
