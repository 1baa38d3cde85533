"""Addresses of the public website.

`urlpatterns` stand under the language of the reader; `plain_urlpatterns` are the same in every language, because
they are printed on walls, put into other sites, or asked for by machines.
"""

from django.urls import path

from . import machine, outbox, pages

app_name = "website"

urlpatterns = [
    path("", pages.home, name="home"),
    path("check/", pages.check, name="check"),
    path("check/code/", pages.code, name="code"),
    path("check/poster/<str:number>", pages.poster, name="poster"),
    path("road/<slug:stage>/", pages.guide, name="guide"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("licences/", pages.licences, name="licences"),
    path("dev/outbox/", outbox.outbox, name="outbox"),
]

plain_urlpatterns = [
    path("", pages.front_door, name="front-door"),
    path("c/<str:number>", pages.scanned, name="scanned"),
    path("c/<str:number>/qr.svg", pages.qr_picture, name="qr-picture"),
    path("embed/<str:language>/check", pages.embedded_check, name="embedded-check"),
    path("check.json", machine.check_json, name="check-json"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
