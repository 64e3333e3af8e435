"""What a browser sends when the form of a page is sent as it stands."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """The forms of a page, each as ``{name: [values]}``."""

    def __init__(self):
        super().__init__()
        self.forms = []
        self.area = self.select = None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, kind = said.get("name"), said.get("type", "text")
        if tag == "form":
            self.forms.append({})
        elif tag == "textarea":
            self.area = name
            self.keep(name, "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in said:
            self.keep(self.select, said.get("value", ""))
        elif tag == "input" and (kind not in ("checkbox", "radio") or "checked" in said):
            unsaid = "on" if kind == "checkbox" else ""
            self.keep(name, said.get("value") or unsaid)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None

    def handle_data(self, data):
        if self.area:
            # A browser leaves out the first line end.
            self.forms[-1][self.area][-1] += data.removeprefix("\n")

    def keep(self, name, value):
        if name and self.forms:
            self.forms[-1].setdefault(name, []).append(value)


def as_it_stands(response, holds="version"):
    """What the form on this page that holds a field of such a name, or beginning, would send."""
    page = _Forms()
    page.feed(response.content.decode())
    [form] = [form for form in page.forms if any(name.startswith(holds) for name in form)]
    form.pop("csrfmiddlewaretoken", None)
    return form
