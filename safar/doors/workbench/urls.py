"""Addresses of the workbench, under ``/<language>/desk/``."""

from django.urls import include, path

from safar.doors.workbench import (
    day,
    doing,
    exchanging,
    giving,
    histories,
    keeping,
    lists,
    look,
    picked,
    policy_page,
    records,
    references,
    searching,
    unsent,
)

app_name = "workbench"

urlpatterns = [
    path("", day.day, name="day"),
    path("search/", searching.search, name="search"),
    path("keys/", look.keys, name="keys"),
    path("look/", look.change_look, name="look"),
    path("history/", histories.audit, name="audit"),
    path("messages/", unsent.messages, name="messages"),
    path("files/", exchanging.my_uploads, name="uploads"),
    path("policy/", include(policy_page.urlpatterns)),
    path("file/<str:pk>/", giving.file, name="file"),
    path("people/<str:pk>/held/", giving.held, name="held"),
    path("<slug:slug>/", lists.register_list, name="list"),
    path("<slug:slug>/add/", doing.add, name="add"),
    path("<slug:slug>/new/<slug:name>/", doing.create, name="create"),
    path("<slug:slug>/picked/<slug:name>/", picked.act_on_picked, name="picked"),
    path("<slug:slug>/choices/", references.choices, name="choices"),
    path("<slug:slug>/filters/", keeping.keep_filter, name="keep-filter"),
    path("<slug:slug>/filters/<int:pk>/drop/", keeping.drop_filter, name="drop-filter"),
    path("<slug:slug>/export.<str:kind>", exchanging.export_list, name="export"),
    path("<slug:slug>/import/", exchanging.import_file, name="import"),
    path("<slug:slug>/import/<int:pk>/", exchanging.check_import, name="import-check"),
    path("<slug:slug>/import/<int:pk>/columns/", exchanging.match_columns, name="import-columns"),
    path("<slug:slug>/import/<int:pk>/save/", exchanging.save_import, name="import-save"),
    path("<slug:slug>/import/<int:pk>/stop/", exchanging.halt_import, name="import-stop"),
    path("<slug:slug>/import/<int:pk>/back/", exchanging.take_import_back, name="import-back"),
    path("<slug:slug>/import/<int:pk>/errors.csv", exchanging.import_errors, name="import-errors"),
    path("<slug:slug>/<str:pk>/", records.record, name="record"),
    path("<slug:slug>/<str:pk>/history/", histories.record_history, name="history"),
    path("<slug:slug>/<str:pk>/edit/", doing.edit, name="edit"),
    path("<slug:slug>/<str:pk>/do/<slug:name>/", doing.act, name="act"),
    path("<slug:slug>/<str:pk>/show/<slug:name>/", records.show_secret, name="show-secret"),
    path("<slug:slug>/<str:pk>/<slug:way>/", records.neighbour, name="neighbour"),
]
