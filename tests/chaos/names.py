"""The one school of the broken site, by name."""

SLUG = "chaos"
ADVISORS = ["ann@school.example", "bob@school.example"]
