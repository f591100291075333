"""The forms in which a report can be had."""

FORMATS = [("pdf", "PDF"), ("json", "JSON"), ("csv", "CSV")]
MEDIA_TYPES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}
