"""The pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from issue_core import MOVES, MoveRefused

from vergabe.forms import FrageForm, StandForm
from vergabe.models import Frage, Vergabe


@require_GET
def uebersicht(request: HttpRequest) -> HttpResponse:
    """All tenders, the next deadline first."""
    vergaben = Vergabe.objects.prefetch_related("fragen")
    return render(request, "vergabe/uebersicht.html", {"vergaben": vergaben})


@require_GET
def vergabe(request: HttpRequest, nummer: int) -> HttpResponse:
    """One tender with its questions, each with the moves that it may make."""
    gezeigt = get_object_or_404(Vergabe, pk=nummer)
    fragen = [(frage, sorted(MOVES[frage.issue.state])) for frage in gezeigt.fragen.all()]
    return render(request, "vergabe/vergabe.html", {"vergabe": gezeigt, "fragen": fragen})


@require_POST
def frage_stellen(request: HttpRequest, nummer: int) -> HttpResponse:
    """Ask a question about a tender."""
    gefragt = get_object_or_404(Vergabe, pk=nummer)
    form = FrageForm(request.POST, instance=Frage(vergabe=gefragt))
    if form.is_valid():
        form.save()
    else:
        messages.error(request, "Eine Frage braucht einen Text.")
    return redirect("vergabe", nummer)


@require_POST
def frage_bewegen(request: HttpRequest, nummer: int) -> HttpResponse:
    """Bring a question into another state, or say why that cannot be."""
    frage = get_object_or_404(Frage, pk=nummer)
    form = StandForm(request.POST)
    if form.is_valid():
        try:
            frage.bewegen(form.cleaned_data["stand"], zeit=timezone.now())
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    return redirect("vergabe", frage.vergabe_id)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """What a probe asks: the application runs and reaches its database."""
    Vergabe.objects.exists()
    return HttpResponse("ok", content_type="text/plain")
