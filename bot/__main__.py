"""`python -m bot` is the `mssante` command."""

from bot.cli import main

main()
