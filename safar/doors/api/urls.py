"""Addresses of the API."""

from django.urls import path

from safar.doors.api.endpoints import make_api

urlpatterns = [path("v1/", make_api().urls)]
