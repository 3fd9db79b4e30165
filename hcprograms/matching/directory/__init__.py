"""The directory: every published program, narrowed by facets, with counts, over the snapshot."""
