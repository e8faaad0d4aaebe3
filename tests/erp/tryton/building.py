"""Builds the Tryton of the tests: an SQLite database with modules, a company and the story of `story.py`.

Runs as a process of its own, because trytond sets the time zone and keeps its configuration in the
module: `python -m tests.erp.tryton.building FOLDER`.
"""

import json
import os
import secrets
import sys
from pathlib import Path

DATABASE = "b2b"
ADMIN_PASSWORD = "admin.password"
MODULES = ["sale", "stock_package_shipping", "account_invoice_stock"]

_CONFIGURATION = """\
[database]
uri = sqlite://
path = {folder}
[report]
convert_command = "{python}" "{paper}" "%(input_path)s" "%(output_path)s"
[session]
authentications = password
[password]
length = 8
"""


def configuration(folder: Path) -> Path:
    """Write trytond's configuration for the database in `folder`."""
    file = folder / "trytond.conf"
    paper = Path(__file__).with_name("paper.py")
    file.write_text(_CONFIGURATION.format(folder=folder, python=sys.executable, paper=paper))
    return file


def build(folder: Path) -> None:
    """Fill `folder` with `b2b.sqlite` and `facts.json`, what the tests must know of it."""
    file = configuration(folder)
    activate(folder, file)
    from tests.erp.tryton.story import tell

    facts = tell(DATABASE, str(file))
    (folder / "facts.json").write_text(json.dumps(facts, indent=1))


def activate(folder: Path, file: Path) -> None:
    """An empty Tryton with the modules, and an administrator."""
    (folder / f"{DATABASE}.sqlite").touch()
    passwords = folder / ADMIN_PASSWORD
    passwords.write_text(secrets.token_urlsafe(18))
    os.environ["TRYTONPASSFILE"] = str(passwords)

    import trytond.config

    trytond.config.update_etc([str(file)])
    from trytond import admin, commandline

    wanted = ["-d", DATABASE, "--activate-dependencies", "--password", "-u", *MODULES]
    options = commandline.get_parser_admin().parse_args(wanted)
    options.email = ""  # none; left out, it would be asked for
    options.indexes = False
    admin.run(options)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
