"""Runs a command in a process group of its own and ends the whole group when standard input closes.

Standard input closes when the test process says so or dies, whatever it dies of: no server outlives its tests.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> None:
    os.setsid()
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.exit(child.wait())


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


main()
