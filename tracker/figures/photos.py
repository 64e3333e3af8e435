"""Files that are attached to another task too, or nearly: a question for whoever confirms."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tracker.models import Evidence
from tracker.rules.photos import is_near


@dataclass(frozen=True)
class Alike:
    """A file, and one of another task: the same, or a photo that is nearly the same."""

    file: Evidence
    other: Evidence
    is_same: bool


def alike_elsewhere(files: Sequence[Evidence], among: QuerySet[Evidence]) -> list[Alike]:
    """What the ``files`` of one task have in common with other tasks; one of each task.

    The same content is found by its SHA-256, a cropped, scaled or re-encoded photo by its
    fingerprint. What an annulled report had attached is left out. All fingerprints are looked at;
    comparing 100,000 with ten photos takes four tenths of a second besides reading them.
    """
    if not files:
        return []
    others = among.exclude(task=files[0].task_id).filter(report__event__annulment=None)
    found = dict.fromkeys(_near(files, others), False) | dict.fromkeys(_same(files, others), True)
    rows = others.select_related("task").in_bulk({other for _file, other in found})
    shown: dict[tuple[int, int], Alike] = {}
    by_key = {file.pk: file for file in files}
    for (file, other), is_same in sorted(found.items(), key=lambda item: (not item[1], item[0])):
        alike = Alike(by_key[file], rows[other], is_same)
        shown.setdefault((file, alike.other.task_id), alike)
    return sorted(shown.values(), key=lambda alike: (alike.file.pk, alike.other.pk))


def _same(files: Sequence[Evidence], others: QuerySet[Evidence]) -> set[tuple[int, int]]:
    digests = {file.sha256 for file in files}
    rows = list(others.filter(sha256__in=digests).values_list("pk", "sha256"))
    return {(file.pk, pk) for file in files for pk, sha256 in rows if sha256 == file.sha256}


def _near(files: Sequence[Evidence], others: QuerySet[Evidence]) -> set[tuple[int, int]]:
    own = [(file.pk, int(file.fingerprint, 16)) for file in files if file.fingerprint]
    if not own:
        return set()
    rows = others.exclude(fingerprint="").values_list("pk", "fingerprint")
    return {
        (file, pk)
        for pk, said in rows.iterator(chunk_size=5000)
        for bits in (int(said, 16),)
        for file, mine in own
        if is_near(bits ^ mine)
    }
