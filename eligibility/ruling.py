"""What the tables said about one case: the derived facts and the cells they fell in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from eligibility.derivation import Person, Structure
    from eligibility.tables import Cell
    from knowledge.model import Row


class Ruling(Struct, frozen=True):
    """The person and structure asked about, the person's employer, and their cells.

    `employer` is only set when no box of a structure is asked about; `bearing` is then the cell of the
    employer when it closes or clouds the access, else the cell of the structure asked about.
    """

    person: Person | None
    structure: Structure | None
    employer: Structure | None
    person_cell: Cell | None
    structure_cell: Cell | None
    employer_cell: Cell | None
    access_cell: Cell | None
    box_cells: tuple[Cell, ...]

    @property
    def clouded(self) -> bool:
        """Does the structure, asked about or employing, leave less than a yes?"""
        cell = self.employer_cell or self.structure_cell
        return cell is not None and cell.row.then.structure_boxes != "yes"

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that decided the verdict: the person's, then the structure's where it counts."""
        bearing = self.structure_cell or (self.employer_cell if self.clouded else None)
        cells = (self.person_cell, bearing)
        return tuple(cell.row for cell in cells if cell is not None)
