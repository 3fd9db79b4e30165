"""The template tags as StreamField blocks, with choosers, for Wagtail 7.4 and 8.0."""
