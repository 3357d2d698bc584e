"""Tenders, and the questions about them."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from issue_core import Issue, State


class Vergabe(models.Model):
    """A public tender."""

    class Teilnahme(models.TextChoices):
        """Whether we take part."""

        IN_PRUEFUNG = "in-pruefung", "in Prüfung"
        JA = "ja", "wir nehmen teil"
        NEIN = "nein", "wir nehmen nicht teil"

    titel = models.CharField("Titel", max_length=200)
    vergabestelle = models.CharField("Vergabestelle", max_length=200)
    angebotsfrist = models.DateTimeField("Angebotsfrist")
    teilnahme = models.CharField(
        "Teilnahme", max_length=20, choices=Teilnahme, default=Teilnahme.IN_PRUEFUNG
    )

    class Meta:
        ordering = ["angebotsfrist", "titel"]
        verbose_name = "Vergabe"
        verbose_name_plural = "Vergaben"

    def __str__(self) -> str:
        return self.titel

    @property
    def ist_abgelaufen(self) -> bool:
        """Whether an offer would come too late."""
        return self.angebotsfrist <= timezone.now()

    @property
    def offene_fragen(self) -> list["Frage"]:
        """The questions that nobody has settled yet."""
        return [frage for frage in self.fragen.all() if not frage.issue.state.is_settled]


class Frage(models.Model):
    """A question to the awarding authority: the row of an issue."""

    vergabe = models.ForeignKey(Vergabe, models.CASCADE, related_name="fragen")
    titel = models.CharField("Frage", max_length=200)
    gestellt = models.DateTimeField("gestellt", default=timezone.now)
    stand = models.CharField(
        "Stand",
        max_length=20,
        choices=[(state.value, state.value) for state in State],
        default=State.OPEN.value,
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "Frage"
        verbose_name_plural = "Fragen"

    def __str__(self) -> str:
        return str(self.issue)

    @property
    def issue(self) -> Issue:
        """The question as issue-core knows it."""
        return Issue(
            number=self.pk, title=self.titel, opened=self.gestellt, state=State(self.stand)
        )

    def bewegen(self, stand: State, *, zeit: datetime) -> None:
        """Bring the question into another state, if issue-core knows a way there."""
        self.stand = self.issue.move(stand, at=zeit).state
        self.save(update_fields=["stand"])
