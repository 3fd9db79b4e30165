"""The admin of every step; Django finds it here."""
