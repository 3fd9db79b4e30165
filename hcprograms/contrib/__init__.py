"""Skins over the template tags for sites that are no plain Django project."""
