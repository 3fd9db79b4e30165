"""The template tags as plugins, the catalog as an apphook, for django CMS 5.0 and 5.1."""
