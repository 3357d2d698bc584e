"""Tenders and questions in the database."""

from datetime import timedelta

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone
from issue_core import MoveRefused, State

from vergabe.models import Frage, Vergabe


class MigrationsTest(TestCase):
    """Models and migrations."""

    def test_no_migration_is_missing(self) -> None:
        """The states of issue-core stand in a migration, so a new one would be seen here."""
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)


class VergabeTest(TestCase):
    """A tender."""

    def setUp(self) -> None:
        """Have a tender whose deadline is tomorrow."""
        self.now = timezone.now()
        self.vergabe = Vergabe.objects.create(
            titel="Neubau der Stadtbibliothek",
            vergabestelle="Stadt Beispielhausen",
            angebotsfrist=self.now + timedelta(days=1),
        )

    def test_a_new_tender_is_being_considered(self) -> None:
        """Nobody has decided yet."""
        self.assertEqual(self.vergabe.get_teilnahme_display(), "in Prüfung")

    def test_the_deadline_passes(self) -> None:
        """Until the moment itself there is time."""
        self.assertFalse(self.vergabe.ist_abgelaufen)
        self.vergabe.angebotsfrist = self.now
        self.assertTrue(self.vergabe.ist_abgelaufen)

    def test_the_next_deadline_comes_first(self) -> None:
        """The overview needs no sorting of its own."""
        sooner = Vergabe.objects.create(titel="Dach", angebotsfrist=self.now)
        self.assertEqual(list(Vergabe.objects.all()), [sooner, self.vergabe])

    def test_settled_questions_are_not_open(self) -> None:
        """A resolved question asks for nothing."""
        self.vergabe.fragen.create(titel="Frist?", stand=State.RESOLVED)
        offen = self.vergabe.fragen.create(titel="Teillose?")
        self.assertEqual(self.vergabe.offene_fragen, [offen])


class FrageTest(TestCase):
    """A question is an issue."""

    def setUp(self) -> None:
        """Have an open question."""
        vergabe = Vergabe.objects.create(titel="Dach", angebotsfrist=timezone.now())
        self.frage = vergabe.fragen.create(titel="Gilt die Frist für Büros?")

    def test_it_reads_like_an_issue(self) -> None:
        """Line and slug are issue-core's."""
        self.assertEqual(str(self.frage), f"#{self.frage.pk} [open] Gilt die Frist für Büros?")
        self.assertEqual(self.frage.issue.slug, f"{self.frage.pk}-gilt-die-frist-fuer-bueros")

    def test_a_move_is_kept(self) -> None:
        """The row has the new state."""
        self.frage.bewegen(State.RESOLVED, zeit=timezone.now())
        self.assertEqual(Frage.objects.get().issue.state, State.RESOLVED)

    def test_a_move_that_does_not_exist_changes_nothing(self) -> None:
        """issue-core refuses, and the row stays as it was."""
        with self.assertRaises(MoveRefused):
            self.frage.bewegen(State.OPEN, zeit=timezone.now())
        self.assertEqual(Frage.objects.get().issue.state, State.OPEN)
