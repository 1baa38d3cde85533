"""Texts any room may send: they say when, or that somebody should get in touch, and never what it is about."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from safar.foundation.messages.choices import Channel
from safar.foundation.messages.wording import Param, Wording, register_wording

PHONE_CODE = register_wording(
    Wording(
        "phone_code",
        _("%(code)s is your code. Tell it to nobody."),
        {"code": Param.ONE_TIME_CODE},
        kept_for=timedelta(minutes=10),
        preferred=Channel.SMS,
        signed=False,
    )
)
MEETING = register_wording(
    Wording(
        "meeting",
        _("You have a meeting on %(date)s at %(time)s."),
        {"date": Param.DATE, "time": Param.TIME},
    )
)
MEETING_MOVED = register_wording(
    Wording(
        "meeting_moved",
        _("Your meeting is now on %(date)s at %(time)s."),
        {"date": Param.DATE, "time": Param.TIME},
    )
)
MEETING_CANCELLED = register_wording(
    Wording("meeting_cancelled", _("Your meeting on %(date)s is cancelled."), {"date": Param.DATE})
)
NEWS = register_wording(
    Wording("news", _("There is news for you. Open your page or call us."), kept_for=timedelta(days=7))
)
CALL_US = register_wording(Wording("call_us", _("Call us when you can talk."), kept_for=timedelta(days=7)))
ANSWER_BY = register_wording(
    Wording("answer_by", _("We wait for your answer until %(date)s."), {"date": Param.DATE})
)
