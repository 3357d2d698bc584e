"""The application's place in Django."""

from django.apps import AppConfig


class VergabeConfig(AppConfig):
    """Tenders and the questions about them."""

    name = "vergabe"
    verbose_name = "Vergaben"
