from django.db import models


class Request(models.Model):
    name = models.CharField(max_length=300)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=10, blank=True)
    education = models.CharField(max_length=20, blank=True)
    military = models.CharField(max_length=20, blank=True)
    start_from = models.CharField(max_length=7, blank=True)
    best_time = models.CharField(max_length=10, blank=True)
    offerings = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    consent_email = models.BooleanField(default=False)
    captured_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name
