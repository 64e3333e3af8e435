"""``manage.py word_templates``."""

from io import StringIO

from django.core.management import call_command
from docx import Document


def test_the_templates_are_written_into_a_folder_to_be_edited(tmp_path):
    said = StringIO()

    call_command("word_templates", str(tmp_path / "templates"), stdout=said)

    for name in ("application", "opinion", "notice"):
        path = tmp_path / "templates" / f"{name}.docx"
        assert str(path) in said.getvalue()
        assert "{{ " in "".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
