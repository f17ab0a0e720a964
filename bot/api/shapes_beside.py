"""What staff keep beside a patient, as JSON."""

from pydantic import BaseModel

from bot.api.shapes import Moment
from storage.staff_notes import Beside, Note, Tag


class NoteShape(BaseModel):
    """A note, in the words of whoever wrote it: the name of a member of staff, or `api:` and a token's id."""

    text: str
    by: str
    at: Moment

    @classmethod
    def of(cls, note: Note) -> "NoteShape":
        """Return a note."""
        return cls(text=note.text, by=note.by, at=note.at)


class TagShape(BaseModel):
    """One of the clinic's tags."""

    id: str
    name: str

    @classmethod
    def of(cls, tag: Tag) -> "TagShape":
        """Return a tag."""
        return cls(id=tag.id, name=tag.name)


class BesideShape(BaseModel):
    """Notes, newest first; the patient's tags; the clinic's other tags."""

    notes: list[NoteShape]
    tags: list[TagShape]
    others: list[TagShape]

    @classmethod
    def of(cls, beside: Beside) -> "BesideShape":
        """Return what stands beside a patient."""
        return cls(
            notes=[NoteShape.of(one) for one in beside.notes],
            tags=[TagShape.of(one) for one in beside.tags],
            others=[TagShape.of(one) for one in beside.others],
        )
