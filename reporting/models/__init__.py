"""Records of the top floor."""

from reporting.models.run import ReportRun

__all__ = ["ReportRun"]
