"""Files that are attached to another task too, or nearly: a question for whoever confirms."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

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
    fingerprint. What an annulled step had attached is left out. All fingerprints are looked at;
    comparing 100,000 with ten photos takes four tenths of a second besides reading them.
    """
    if not files:
        return []
    others = among.exclude(task=files[0].task_id).filter(step__annulment=None)
    found = _alike(files, others)
    rows = others.select_related("task").in_bulk({other for _file, other in found})
    shown: dict[tuple[int, int], Alike] = {}
    by_key = {file.pk: file for file in files}
    for (file, other), is_same in sorted(found.items(), key=lambda item: (not item[1], item[0])):
        alike = Alike(by_key[file], rows[other], is_same)
        shown.setdefault((file, alike.other.task_id), alike)
    return sorted(shown.values(), key=lambda alike: (alike.file.pk, alike.other.pk))


def _alike(files: Sequence[Evidence], others: QuerySet[Evidence]) -> dict[tuple[int, int], bool]:
    """``{(file, other file): whether they are the same}``, in one look through the others."""
    digests = {file.sha256 for file in files}
    own = [(file.pk, int(file.fingerprint, 16)) for file in files if file.fingerprint]
    wanted = Q(sha256__in=digests) | ~Q(fingerprint="") if own else Q(sha256__in=digests)
    rows = others.filter(wanted).values_list("pk", "sha256", "fingerprint")
    found: dict[tuple[int, int], bool] = {}
    for pk, sha256, said in rows.iterator(chunk_size=5000):
        if said and own:
            bits = int(said, 16)
            found |= {(file, pk): False for file, mine in own if is_near(bits ^ mine)}
        if sha256 in digests:
            found |= {(file.pk, pk): True for file in files if file.sha256 == sha256}
    return found
