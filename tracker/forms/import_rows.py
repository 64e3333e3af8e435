"""A row of a list about a task that is on the list already."""

from tracker.forms.task_rows import Known, TaskRowForm

__all__ = ["KnownTaskRowForm", "same_words"]


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spaces and line breaks."""
    return one == other or "".join(one.split()) == "".join(other.split())


class KnownTaskRowForm(TaskRowForm):
    """What a row says of a task that is on the list: what is left empty stays as it is.

    A deadline in the words of before is not read again, so that one which once needed its day is
    no question a second time; ``deadline`` is ``None`` then.
    """

    def __init__(self, data, *, known: Known, deadline_text: str):
        super().__init__(data, known=known)
        self.deadline_text = deadline_text
        for field in self.fields.values():
            field.required = False

    def clean_number(self):
        return self._item_number("number") if self.cleaned_data["number"] else None

    def clean_issue_number(self):
        return self._item_number("issue_number") if self.cleaned_data["issue_number"] else None

    def clean(self):
        cleaned = self.cleaned_data
        text = cleaned.get("deadline_text")
        cleaned["deadline"] = None
        if "units" in cleaned:
            self._take_parts(cleaned, self.said)
        if text and not same_words(text, self.deadline_text):
            self._settle_deadline(cleaned)
        return cleaned
