"""How a person likes the workbench: colours and density stand with her account, keys with this keyboard's browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from safar.directory.staff.actions import set_preferences
from safar.directory.staff.cookies import read_cookie, set_cookie
from safar.directory.staff.models import Account
from safar.doors.workbench.gate import StaffRequest, answer, back, staff_page

COOKIE = "safar_keys"
YEAR = 365 * 24 * 3600
NOT_KEYS = "g;%&="
KEYS = {
    "find": (_("Go to the search"), "/"),
    "next": (_("Next row"), "j"),
    "previous": (_("Row before"), "k"),
    "pick": (_("Pick the row"), "x"),
    "help": (_("Show the keys"), "?"),
}
"""What each key that may be chosen does, and the key it has until another is chosen."""

THEME_CLASSES = {"AUTO": "sf-theme-auto", "DARK": "sf-theme-dark"}
THEME_ICONS = {"AUTO": "monitor", "LIGHT": "sun", "DARK": "moon"}
DENSITY_ICONS = {"PLAIN": "table", "TIGHT": "rows-3"}


@dataclass(frozen=True, slots=True)
class Look:
    """One person's choice; what is not understood is as if never chosen."""

    theme: str = "AUTO"
    density: str = "PLAIN"
    keys_on: bool = True
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """The key chosen for an act."""
        return self.keys.get(name, KEYS[name][1])

    @property
    def key_map(self) -> str:
        """All keys as the page hands them to its script: empty if they are switched off."""
        return urlencode({name: self.key(name) for name in KEYS}) if self.keys_on else ""

    @property
    def find_key(self) -> str:
        """The key that leads to the search."""
        return self.key("find")

    @property
    def is_tight(self) -> bool:
        """Whether rows stand close."""
        return self.density == Account.Density.TIGHT

    @property
    def theme_class(self) -> str:
        """The class of the page: dark, as the computer, or none."""
        return THEME_CLASSES.get(self.theme, "")

    @property
    def themes(self) -> list[tuple[str, Any, str, bool]]:
        """Every choice of colours: code, words, icon, whether it is the one."""
        return [(code, label, THEME_ICONS[code], code == self.theme) for code, label in Account.Theme.choices]

    @property
    def densities(self) -> list[tuple[str, Any, str, bool]]:
        """Every choice of density: code, words, icon, whether it is the one."""
        return [
            (code, label, DENSITY_ICONS[code], code == self.density)
            for code, label in Account.Density.choices
        ]


def look_of(request: StaffRequest) -> Look:
    """The choice of the person and her browser."""
    said = dict(parse_qsl(read_cookie(request, COOKIE)[:200]))
    return Look(
        theme=getattr(request.user, "theme", "AUTO"),
        density=getattr(request.user, "density", "PLAIN"),
        keys_on=said.get("keys", "on") != "off",
        keys={name: said[name] for name in KEYS if is_key(said.get(name, ""))},
    )


@require_safe
@staff_page
def keys(request: StaffRequest) -> HttpResponse:
    """Show what each key does, and let the person choose her own."""
    look = look_of(request)
    chosen = [(name, label, look.key(name)) for name, (label, _key) in KEYS.items()]
    return answer(request, "workbench/keys.html", {"chosen": chosen})


@require_POST
@staff_page
def change_look(request: StaffRequest) -> HttpResponse:
    """Take a new theme, density or set of keys and go back to the page it was chosen on."""
    theme, density = request.POST.get("theme", ""), request.POST.get("density", "")
    if theme in Account.Theme.values or density in Account.Density.values:
        account = request.user
        set_preferences(
            account,
            email=account.email,
            language=account.language,
            theme=theme if theme in Account.Theme.values else account.theme,
            density=density if density in Account.Density.values else account.density,
            by=request.actor,
            now=timezone.now(),
        )
    response = back(request)
    return remember(response, changed(look_of(request), request.POST)) if "keys" in request.POST else response


def changed(look: Look, said: Any) -> Look:
    """The choice with the keys a form says; two acts never share one."""
    if "keys" not in said:
        return look
    keys: dict[str, str] = {}
    for name in KEYS:
        key = said.get(f"key_{name}", "").strip().lower()
        if is_key(key) and key not in keys.values():
            keys[name] = key
    return replace(look, keys_on=said["keys"] == "on", keys=keys)


def remember(response: HttpResponse, look: Look) -> HttpResponse:
    """Have this browser remember the keys for a year; colours and density stand with the account."""
    value = urlencode({"keys": "on" if look.keys_on else "off", **look.keys})
    set_cookie(response, COOKIE, value, max_age=YEAR)
    return response


def is_key(key: str) -> bool:
    """Whether it is one sign that stands on a key and begins nothing else."""
    return len(key) == 1 and key.isprintable() and not key.isspace() and key not in NOT_KEYS
