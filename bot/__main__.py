"""`python -m bot`: the `orderbot` command."""

from bot.cli import main

if __name__ == "__main__":
    main()
