"""The schools of the broken site, by name."""

SLUG = "chaos"
ADVISORS = ["ann@school.example", "bob@school.example"]

CLOCK_SLUG = "chaos-clock"
"""A school where the clock changes while forms are sent."""
ZONE = "Chaos/Shift"

EVENT_SLUG = "chaos-events"
"""A school with other systems that listen."""

POISON = "Poison"
"""Whoever has this in their name cannot be written of."""
