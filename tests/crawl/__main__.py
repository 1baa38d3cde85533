"""The command: every role, further along the links, with the counts and the times printed."""

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["SAFAR_CRAWL"] = "full"
    sys.exit(pytest.main(["-q", "-s", "-p", "no:randomly", str(Path(__file__).with_name("test_crawl.py"))]))
