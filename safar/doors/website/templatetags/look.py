"""The small pieces of markup that stand inside a sentence: an icon, a state, a page's error mark."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_STATE_ICONS = {
    "ok": "check",
    "warn": "triangle-alert",
    "stop": "octagon-x",
    "info": "info",
    "quiet": "circle-dashed",
    "locked": "lock",
}


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of the sprite. It is never alone: a word stands beside it."""
    return format_html(
        '<svg class="sf-ico{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "",
        static("safar/icons.svg"),
        name,
    )


@register.simple_tag
def tag(kind: str, text: object, icon_name: str = "") -> SafeString:
    """Draw the state of a thing: the word, then a sign, then a colour (ok, warn, stop, info, quiet, locked)."""
    sign = icon(icon_name or _STATE_ICONS.get(kind, "circle"))
    return format_html('<strong class="sf-tag sf-tag--{}">{}{}</strong>', kind, sign, text)
