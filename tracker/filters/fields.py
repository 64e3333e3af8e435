"""Fields that never refuse: what they do not understand they leave out and remember.

Each keeps the words it left out in ``unknown``, so that the page can say so.
"""

from django import forms

from tracker.rules.folding import clean


class CommaCheckboxes(forms.CheckboxSelectMultiple):
    """Ticked boxes; in an address also ``a,b``."""

    def value_from_datadict(self, data, files, name):
        words = ",".join(data.getlist(name)).split(",")
        return list(dict.fromkeys(word for word in (word.strip() for word in words) if word))


class ListedField(forms.MultipleChoiceField):
    """Several values of a closed list. A group word stands for its members (``groups``)."""

    widget = CommaCheckboxes
    joint = ","

    def __init__(self, *, groups=None, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups or {}
        self.unknown = []

    def _members(self, words):
        found = [member for word in words for member in self.groups.get(word, (word,))]
        return list(dict.fromkeys(found))

    def bound_data(self, data, initial):
        return self._parted(data)[0]

    def clean(self, value):
        known, self.unknown = self._parted(value)
        return known

    def _parted(self, words):
        """The words that are in the list, and those that are not."""
        choices = {str(key) for key, _label in self.widget.choices}
        words = self._members(words or [])
        known = [word for word in words if word in choices]
        return known, [word for word in words if word not in choices]


class WordsField(forms.CharField):
    """Words to search for: at most ``most`` of them, without what cannot be in a text."""

    most = 5
    joint = " "

    def __init__(self, **kwargs):
        super().__init__(max_length=100, **kwargs)
        self.unknown = []

    def clean(self, value):
        words = clean(value or "").split()
        kept = " ".join(words[: self.most])[: self.max_length].split()
        self.unknown = [] if kept == words else [" ".join(words)[sum(map(len, kept)) :]]
        return kept


class WholeNumberField(forms.IntegerField):
    """A whole number within its limits."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.unknown = []

    def clean(self, value):
        self.unknown = []
        try:
            return super().clean(value)
        except forms.ValidationError:
            self.unknown = [str(value)]
            return None


class SortField(forms.CharField):
    """A column to sort by, with ``-`` in front from the end: one of ``orders``."""

    widget = forms.HiddenInput

    def __init__(self, *, orders=(), **kwargs):
        super().__init__(**kwargs)
        self.orders = orders
        self.unknown = []

    def clean(self, value):
        value = value or ""
        self.unknown = [] if not value or value.removeprefix("-") in self.orders else [value]
        return "" if self.unknown else value
