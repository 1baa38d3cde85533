"""``python -m safar`` is the command line."""

from safar.doors.commands import main

if __name__ == "__main__":
    main()
