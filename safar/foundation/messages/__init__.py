"""Messages that leave the house: queued in the act's own transaction, sent by the worker, and saying nothing about anybody.

A text is a *wording* declared in code; a message names its wording, the values the wording declares (dates, times,
numbers, codes: nothing else can be put in) and a *recipient*, never an address. The worker asks the recipient's *book*
how she may be reached at the very moment of sending, so what is withdrawn meanwhile stops what is queued.

Words: *outbox* (messages queued), *book* (knows how recipients may be reached), *reach* (address, language, channel and
hours), *channel* (SMS, Telegram, e-mail), *letter* (what a channel is handed), *outcome* (what became of it).
"""

from safar.foundation.languages.lazy import front

__all__ = [
    "Channel",
    "Message",
    "Param",
    "Reach",
    "Recipient",
    "RecipientBook",
    "Way",
    "Wording",
    "register_book",
    "register_wording",
    "send",
    "withdraw",
]

__getattr__ = front(
    __name__,
    {
        "Channel": "choices",
        "Message": "models",
        "Param": "wording",
        "Wording": "wording",
        "register_wording": "wording",
        "Reach": "books",
        "Recipient": "books",
        "RecipientBook": "books",
        "Way": "books",
        "register_book": "books",
        "send": "sending",
        "withdraw": "sending",
    },
)
