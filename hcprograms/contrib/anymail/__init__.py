"""Mail providers by django-anymail: what they report of our mails, and mail that came to them."""
