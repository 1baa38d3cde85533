"""What a log may say of a fault: its kind and its line, never its message, which may hold what was typed or stands in a file."""

from pathlib import PurePath


def where(fault: BaseException | None) -> str:
    """The kind of a fault and the line it happened on, such as ``ValueError at pages.py:61``."""
    trace = fault.__traceback__ if fault else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    if fault is None or trace is None:
        return "unknown"
    return f"{type(fault).__name__} at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
