"""What trytond runs to make a PDF of a text report, in place of LibreOffice (`[report] convert_command`).

Usage: python paper.py input.txt output.pdf. Each line of the text becomes a line of the page.
"""

import sys
from pathlib import Path

from fpdf import FPDF


def main(text: Path, pdf: Path) -> None:
    page = FPDF(format="A4")
    page.set_font("Helvetica", size=11)
    page.add_page()
    for line in text.read_text(encoding="utf-8").splitlines():
        page.cell(
            text=line.encode("latin-1", "replace").decode("latin-1"), new_x="LMARGIN", new_y="NEXT", h=6
        )
    page.output(str(pdf))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
