"""The twelve fields: name, kind, choices; the choices are those that the load program sends."""

STATES = [f"S{number}" for number in range(50)]
FIELDS = [
    ("name", "line", []),
    ("email", "email", []),
    ("phone", "line", []),
    ("country", "select", ["US", "CA", "GB", "DE", "FR"]),
    ("state", "select", ["CO", *STATES]),
    ("education", "select", ["high_school", "associate", "bachelor", "master"]),
    ("military", "select", ["none", "active_duty", "veteran", "spouse", "eligible"]),
    ("start_from", "select", ["2027-01", "2027-05", "2027-09"]),
    ("best_time", "select", ["any", "morning", "afternoon", "evening"]),
    ("offerings", "line", []),
    ("message", "text", []),
    ("consent_email", "check", []),
]
