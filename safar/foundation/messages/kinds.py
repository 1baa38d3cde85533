"""What the history says of messages: that one was queued, and what became of it; never to whom or what it said."""

from django.utils.translation import gettext_lazy as _

from safar.foundation.access.actors import system_actor
from safar.foundation.history.kinds import keeping, register_kind

MESSENGER = system_actor("messenger")

register_kind("message.queued", sentence=_("queued a message"), icon="mail", forget=keeping())
register_kind("message.ended", sentence=_("finished with a message"), icon="mail", forget=keeping())
register_kind("message.withdrawn", sentence=_("withdrew a message"), icon="mail", forget=keeping())
