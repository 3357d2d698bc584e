"""The pages as a browser sees them."""

from django.contrib.auth import get_user_model
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from issue_core import State

from vergabe.models import Frage, Vergabe


class PagesTest(TestCase):
    """Overview, tender and questions."""

    def setUp(self) -> None:
        """Have a tender."""
        self.vergabe = Vergabe.objects.create(
            titel="Dach", vergabestelle="Stadt", angebotsfrist=timezone.now()
        )

    def test_the_overview_counts_open_questions(self) -> None:
        """The number stands beside the tender."""
        self.vergabe.fragen.create(titel="Frist?")
        self.assertContains(self.client.get(reverse("uebersicht")), "<td>1</td>", html=True)

    def test_a_question_is_asked(self) -> None:
        """It appears on the tender's page with the moves that it may make."""
        stellen = reverse("frage-stellen", args=[self.vergabe.pk])
        page = self.client.post(stellen, {"titel": "Gilt die Frist?"}, follow=True)
        self.assertContains(page, "[open] Gilt die Frist?")
        self.assertContains(page, 'value="resolved"')
        self.assertNotContains(page, 'value="open"')

    def test_an_empty_question_is_not_asked(self) -> None:
        """The person is told."""
        stellen = reverse("frage-stellen", args=[self.vergabe.pk])
        page = self.client.post(stellen, {"titel": " "}, follow=True)
        self.assertContains(page, "Eine Frage braucht einen Text.")
        self.assertFalse(Frage.objects.exists())

    def test_a_question_moves(self) -> None:
        """The state changes."""
        frage = self.vergabe.fragen.create(titel="Frist?")
        self.client.post(reverse("frage-bewegen", args=[frage.pk]), {"stand": "resolved"})
        self.assertEqual(Frage.objects.get().stand, State.RESOLVED)

    def test_a_refusal_is_shown(self) -> None:
        """The sentence is issue-core's."""
        frage = self.vergabe.fragen.create(titel="Frist?", stand=State.CLOSED)
        bewegen = reverse("frage-bewegen", args=[frage.pk])
        page = self.client.post(bewegen, {"stand": "resolved"}, follow=True)
        self.assertContains(page, "An issue that is closed cannot become resolved, only open.")

    def test_an_unknown_tender_is_not_found(self) -> None:
        """No page stands for what is not there."""
        self.assertEqual(self.client.get(reverse("vergabe", args=[404])).status_code, 404)

    def test_the_probe_gets_its_answer(self) -> None:
        """A cluster asks this address."""
        self.assertEqual(self.client.get("/healthz").content, b"ok")

    def test_the_administration_shows_questions_below_their_tender(self) -> None:
        """One page holds both."""
        self.vergabe.fragen.create(titel="Frist?")
        person = get_user_model().objects.create(username="a", is_staff=True, is_superuser=True)
        self.client.force_login(person)
        page = self.client.get(reverse("admin:vergabe_vergabe_change", args=[self.vergabe.pk]))
        self.assertContains(page, "Frist?")
