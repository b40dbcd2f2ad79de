"""The webmail of the sandbox: one of the three doors onto the same rooms. It shows and asks; it decides nothing."""
