"""All addresses."""

from django.contrib import admin
from django.urls import path

from vergabe import views

urlpatterns = [
    path("", views.uebersicht, name="uebersicht"),
    path("vergaben/<int:nummer>/", views.vergabe, name="vergabe"),
    path("vergaben/<int:nummer>/fragen/", views.frage_stellen, name="frage-stellen"),
    path("fragen/<int:nummer>/", views.frage_bewegen, name="frage-bewegen"),
    path("verwaltung/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
]
