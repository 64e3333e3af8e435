"""The back office: dictionaries, units, inspections and people to edit, the record to read.

Administrators only. What operations write can be looked at, searched and exported here, and
neither changed nor deleted.
"""

from tracker.admin import inspections, people, record, terms, units, webhooks
from tracker.admin.site import site

__all__ = ["inspections", "people", "record", "site", "terms", "units", "webhooks"]
