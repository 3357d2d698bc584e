"""The administration."""

from django.contrib import admin

from vergabe.models import Frage, Vergabe


class FrageInline(admin.TabularInline):
    """The questions of a tender, below it."""

    model = Frage
    extra = 0


@admin.register(Vergabe)
class VergabeAdmin(admin.ModelAdmin):
    """Tenders with their questions."""

    list_display = ["titel", "vergabestelle", "angebotsfrist", "teilnahme"]
    list_filter = ["teilnahme"]
    search_fields = ["titel", "vergabestelle"]
    inlines = [FrageInline]
