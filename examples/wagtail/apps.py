from django.apps import AppConfig


class ExampleConfig(AppConfig):
    name = "examples.wagtail"
    label = "example_wagtail"
    default_auto_field = "django.db.models.BigAutoField"
