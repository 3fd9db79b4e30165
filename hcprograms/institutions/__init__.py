"""Who runs it: institutions, campuses, staff and their hours."""
