"""What all tests share."""

import signal

# A job that a shell starts in the background ignores SIGINT, and so do its children: a test
# that interrupts one would wait for ever. What a program of ours does on SIGINT is the same.
signal.signal(signal.SIGINT, signal.default_int_handler)
