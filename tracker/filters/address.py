"""The address of a list: short, without what no list understands, and safe to put into links.

Names are ASCII and stable. A value is cut to ``LONGEST`` characters, a parameter given several
times becomes one, joined by commas, and whatever is left out is told to the reader.
"""

from django.http import QueryDict

from tracker.rules.folding import clean

LONGEST = 1000
TOLD = 20
FRAME = frozenset({"batch", "asof", "sort", "cols", "density", "page", "per"})
"""The parameters every list has besides its filters."""


def told(word):
    """A word of the address, short enough to be shown in a sentence."""
    word = clean(word[: 2 * TOLD]).strip()
    return f"{word[:TOLD]}…" if len(word) > TOLD else word


def ignore(request, *words):
    """Remember for the reader that ``words`` of the address were left out; each word once."""
    for word in map(told, words):
        if word and word not in request.ignored and len(request.ignored) < TOLD:
            request.ignored.append(word)


def leave(request, name, value=""):
    """Leave of a tidied parameter only ``value``, so that no link drags the rest along."""
    if value:
        request.GET[name] = value
    else:
        request.GET.pop(name, None)


def tidy(request, names):
    """Keep of ``request.GET`` the parameters ``names`` and those of every list."""
    kept = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        value = ",".join(clean(value[:LONGEST]).strip() for value in values[:LONGEST])[:LONGEST]
        if name not in names and name not in FRAME:
            ignore(request, name)
        elif name == "asof":
            # The middleware has read the day, in whatever way it was written, or told the reader.
            if request.is_past or value == request.as_of.isoformat():
                kept[name] = request.as_of.isoformat()
        elif value:
            kept[name] = value
    request.GET = kept
    # The switch of languages comes back to the address as the server was asked for it.
    request.META["QUERY_STRING"] = kept.urlencode()


def link(request, **changes):
    """The address of the same list with some parameters changed, or without (``None``)."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode(safe=',')}"
